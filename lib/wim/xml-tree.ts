// XML as a tree that keeps everything it does not understand: unknown elements, attributes, comments, their order.
// Made for hostile input: size and depth are bounded and document type declarations are refused, so no entity grows.
import { createRequire } from 'node:module';
import { DismError } from '../base/error.ts';

/** Bytes of XML that are parsed; the largest real ones hold a few hundred kilobytes. */
const MAX_BYTES = 32 << 20;
const MAX_DEPTH = 64;

export interface XmlElement {
  readonly kind: 'element';
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlNode[];
}

export type XmlNode =
  | XmlElement
  | { readonly kind: 'text' | 'cdata' | 'comment' | 'instruction'; readonly text: string; readonly name?: string };

/** A new element. */
export function xmlElement(name: string, children: XmlNode[] = []): XmlElement {
  return { kind: 'element', name, attributes: new Map(), children };
}

/** The child elements of a name, in order. */
export function childElements(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((node): node is XmlElement => node.kind === 'element' && node.name === name);
}

/** The first element at a path of names below `parent`. */
export function findElement(parent: XmlElement, ...path: readonly string[]): XmlElement | undefined {
  let at: XmlElement | undefined = parent;
  for (const name of path) at = at && childElements(at, name)[0];
  return at;
}

/** The text directly inside an element. */
export function textOf(element: XmlElement): string {
  return element.children.map((node) => (node.kind === 'text' || node.kind === 'cdata' ? node.text : '')).join('');
}

/** Replaces what is inside an element by a text. */
export function setText(element: XmlElement, text: string): void {
  element.children.splice(0, element.children.length, ...(text === '' ? [] : [{ kind: 'text' as const, text }]));
}

/** Nesting is counted before the parser, which recurses, sees the text. */
function checkDepth(text: string): string | undefined {
  let depth = 0;
  for (const [token] of text.matchAll(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<[^>]*>/g)) {
    if (token.startsWith('<!DOCTYPE')) return 'a document type declaration is not allowed';
    if (token.startsWith('<!') || token.startsWith('<?') || token.endsWith('/>')) continue;
    depth += token.startsWith('</') ? -1 : 1;
    if (depth > MAX_DEPTH) return `elements are nested more than ${MAX_DEPTH} deep`;
  }
  return undefined;
}

type ParserPackage = typeof import('fast-xml-parser');
type Parsing = Pick<ParserPackage, 'XMLValidator'> & { readonly parser: InstanceType<ParserPackage['XMLParser']> };

let loaded: Parsing | undefined;

/**
 * The parser, loaded with the first document and by `require`: the package is one file in that form, and some forty
 * modules, which take longer than all else a short command does, in the other.
 */
function parsing(): Parsing {
  if (loaded === undefined) {
    const { XMLParser, XMLValidator } = createRequire(import.meta.url)('fast-xml-parser') as ParserPackage;
    const parser = new XMLParser({
      preserveOrder: true,
      ignoreAttributes: false,
      attributeNamePrefix: '',
      parseTagValue: false,
      parseAttributeValue: false,
      trimValues: false,
      htmlEntities: true,
      cdataPropName: '#cdata',
      commentPropName: '#comment',
      onDangerousProperty: (name) => name,
    });
    loaded = { XMLValidator, parser };
  }
  return loaded;
}

/** What the parser gives with preserveOrder: one key for the name, `:@` for attributes. */
type Parsed = Readonly<Record<string, unknown>>;

function convert(parsed: readonly Parsed[]): XmlNode[] {
  const nodes: XmlNode[] = [];
  for (const item of parsed) {
    const name = Object.keys(item).find((key) => key !== ':@');
    if (name === undefined) continue;
    const value = item[name];
    const attributes = new Map(Object.entries((item[':@'] ?? {}) as Record<string, string>));
    if (name === '#text') nodes.push({ kind: 'text', text: String(value) });
    else if (name === '#cdata' || name === '#comment') {
      const inner = (value as readonly Parsed[]).map((part) => String(part['#text'] ?? '')).join('');
      nodes.push({ kind: name === '#cdata' ? 'cdata' : 'comment', text: inner });
    } else if (name.startsWith('?')) {
      const text = [...attributes].map(([key, of]) => `${key}="${of}"`).join(' ');
      nodes.push({ kind: 'instruction', name: name.slice(1), text });
    } else nodes.push({ kind: 'element', name, attributes, children: convert(value as readonly Parsed[]) });
  }
  return nodes;
}

/** Parses a document. `file` is named in the error; the XML of a WIM has no offset a person could use. */
export function parseXml(bytes: Uint8Array, file: string): XmlElement {
  const refuse = (why: string): DismError =>
    new DismError('Corrupt', `The XML data of ${file} cannot be used: ${why}.`, { Target: file, File: file });
  if (bytes.length > MAX_BYTES) throw refuse(`it has ${bytes.length} bytes, more than ${MAX_BYTES}`);
  const utf8 = bytes[0] === 0x3c && bytes[1] !== 0;
  const text = new TextDecoder(utf8 ? 'utf-8' : 'utf-16le').decode(bytes).replace(/\0+$/, '');
  const problem = checkDepth(text);
  if (problem) throw refuse(problem);
  const { XMLValidator, parser } = parsing();
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw refuse(`${valid.err.msg} (line ${valid.err.line}, column ${valid.err.col})`);
  let parsed: unknown;
  try {
    parsed = parser.parse(text);
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : String(cause));
  }
  const roots = convert(parsed as readonly Parsed[]).filter((node): node is XmlElement => node.kind === 'element');
  if (roots.length !== 1) throw refuse(`it has ${roots.length} root elements instead of one`);
  return roots[0]!;
}

/** Characters that XML 1.0 has no way to write, unpaired surrogates with them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are meant.
const UNWRITABLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF\p{Surrogate}]/gu;

function escaped(text: string, attribute: boolean): string {
  const plain = text.replace(UNWRITABLE, '\uFFFD');
  const content = plain.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\r/g, '&#xD;');
  return attribute ? content.replace(/"/g, '&quot;').replace(/\n/g, '&#xA;').replace(/\t/g, '&#x9;') : content;
}

/** A node as text. */
export function xmlText(node: XmlNode): string {
  switch (node.kind) {
    case 'text':
      return escaped(node.text, false);
    case 'cdata':
      return `<![CDATA[${node.text}]]>`;
    case 'comment':
      return `<!--${node.text}-->`;
    case 'instruction':
      return `<?${node.name}${node.text === '' ? '' : ` ${node.text}`}?>`;
    case 'element': {
      const attributes = [...node.attributes].map(([name, value]) => ` ${name}="${escaped(value, true)}"`).join('');
      const inner = node.children.map(xmlText).join('');
      return inner === '' ? `<${node.name}${attributes}/>` : `<${node.name}${attributes}>${inner}</${node.name}>`;
    }
  }
}
