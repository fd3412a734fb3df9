// The certificate trust list inside a catalog: which files it names, by which digest, and what it says of them.
import { catalogError } from './catalog-error.ts';
import { contextTag, type DerNode, Tag } from './der-node.ts';
import { CatalogId, digestName, IndirectDataType } from './object-identifiers.ts';

/** One file that a catalog covers. */
export interface CatalogMember {
  /** What names the member: a digest in lower-case hex, or the text that the maker of the catalog chose. */
  readonly tag: string;
  /** Digest of the file in lower-case hex; that of its image (see authenticode-hash.ts) when `kind` is 'image'. */
  readonly digest: string | undefined;
  readonly algorithm: 'sha1' | 'sha256' | undefined;
  /** image: a PE file, hashed without signature and checksum. flat: all bytes of the file. */
  readonly kind: 'image' | 'flat' | 'other' | undefined;
  /** The attribute `File`, where the maker of the catalog wrote it: the name of the file, without its folder. */
  readonly fileName: string | undefined;
  /** Name and value attributes: `File`, `OSAttr`. */
  readonly attributes: ReadonlyMap<string, string>;
}

export interface TrustList {
  /** 1: members are named by SHA-1. 2: by SHA-256. */
  readonly version: 1 | 2;
  readonly listIdentifier: string;
  readonly date: Date;
  readonly members: readonly CatalogMember[];
  /** Attributes of the catalog: `OS`, `HWID1` ... */
  readonly attributes: ReadonlyMap<string, string>;
}

const MAX_MEMBERS = 1 << 18;
const MAX_ATTRIBUTES = 4096;
/** mscat.h, CRYPTCAT_ATTR_*: how the value of a name and value attribute is to be read. */
const ATTRIBUTE_TEXT = 0x0001_0000;

/** GUIDs of CAT_MEMBERINFO: the subject interface package that computed the digest. */
const subjectGuids: Readonly<Record<string, CatalogMember['kind']>> = {
  '{C689AAB8-8E78-11D0-8C47-00C04FC295EE}': 'image',
  '{DE351A42-8E59-11D0-8C47-00C04FC295EE}': 'flat',
};

const utf16 = new TextDecoder('utf-16le');

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** UTF-16LE text up to its NUL; undefined when the bytes are no such text. */
function terminatedText(bytes: Uint8Array): string | undefined {
  if (bytes.length < 2 || bytes.length % 2 !== 0) return undefined;
  const text = utf16.decode(bytes);
  const end = text.indexOf('\0');
  return end === text.length - 1 ? text.slice(0, end) : end === -1 ? text : undefined;
}

function parseNameValue(node: DerNode, attributes: Map<string, string>): void {
  const [name, flags, value] = node.expect(Tag.Sequence, 'a named value').children(3);
  const text = name?.text();
  if (text === undefined || flags?.tag !== Tag.Integer || value?.tag !== Tag.OctetString) {
    throw node.error('a named value is incomplete');
  }
  const isText = (flags.smallInteger('the flags of a named value') & ATTRIBUTE_TEXT) !== 0;
  attributes.set(text, (isText ? terminatedText(value.content) : undefined) ?? hex(value.content));
}

/** SHA-1 tags are text of 40 digits in UTF-16; newer catalogs hold the bytes of the digest. Other text is a free label. */
function tagOf(bytes: Uint8Array): string {
  if (bytes.length === 20 || bytes.length === 32) return hex(bytes);
  const text = terminatedText(bytes);
  if (text === undefined) return hex(bytes);
  return /^[0-9a-f]+$/i.test(text) ? text.toLowerCase() : text;
}

interface IndirectData {
  readonly kind: CatalogMember['kind'];
  readonly algorithm: string | undefined;
  readonly digest: string;
}

function parseIndirectData(node: DerNode): IndirectData {
  const [type, info] = node.expect(Tag.Sequence, 'an indirect digest').children(2);
  const oid = type?.expect(Tag.Sequence, 'its type').child(0, 'its type').objectIdentifier('its type');
  const [algorithm, digest] = info?.expect(Tag.Sequence, 'its digest').children(2) ?? [];
  if (!algorithm || !digest) throw node.error('an indirect digest has no digest');
  const algorithmOid = algorithm.child(0, 'its algorithm').objectIdentifier('its algorithm');
  const kind = oid === IndirectDataType.PeImage ? 'image' : oid === IndirectDataType.Link ? 'flat' : 'other';
  return {
    kind,
    algorithm: digestName(algorithmOid),
    digest: hex(digest.expect(Tag.OctetString, 'its digest').content),
  };
}

function algorithmOf(digest: string, stated: string | undefined): 'sha1' | 'sha256' | undefined {
  if (stated !== undefined) return stated === 'sha1' || stated === 'sha256' ? stated : undefined;
  return digest.length === 40 ? 'sha1' : digest.length === 64 ? 'sha256' : undefined;
}

function parseMember(node: DerNode): CatalogMember {
  const [identifier, list] = node.expect(Tag.Sequence, 'a member').children(2);
  if (!identifier) throw node.error('a member has no name');
  const tag = tagOf(identifier.expect(Tag.OctetString, 'the name of a member').content);
  const attributes = new Map<string, string>();
  let indirect: IndirectData | undefined;
  let kind: CatalogMember['kind'];
  for (const attribute of list?.expect(Tag.Set, 'the attributes of a member').each(MAX_ATTRIBUTES) ?? []) {
    const [type, values] = attribute.expect(Tag.Sequence, 'an attribute').children(2);
    const value = values?.expect(Tag.Set, 'the value of an attribute').child(0, 'the value of an attribute');
    if (!type || !value) throw attribute.error('an attribute of a member has no value');
    const oid = type.objectIdentifier('the type of an attribute');
    if (oid === CatalogId.NameValue) parseNameValue(value, attributes);
    else if (oid === CatalogId.IndirectData) indirect = parseIndirectData(value);
    else if (oid === CatalogId.MemberInfo) kind = subjectGuids[value.child(0, 'a GUID').text()?.toUpperCase() ?? ''];
  }
  const digest = indirect?.digest ?? (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(tag) ? tag : undefined);
  return {
    tag,
    digest,
    algorithm: digest === undefined ? undefined : algorithmOf(digest, indirect?.algorithm),
    kind: indirect?.kind ?? kind,
    fileName: attributes.get('File'),
    attributes,
  };
}

function parseExtensions(node: DerNode): Map<string, string> {
  const attributes = new Map<string, string>();
  const list = node.child(0, 'the attributes of the catalog').expect(Tag.Sequence, 'the attributes of the catalog');
  for (const extension of list.each(MAX_ATTRIBUTES)) {
    const parts = extension.expect(Tag.Sequence, 'an attribute of the catalog').children(3);
    const value = parts.at(-1);
    if (parts[0]?.objectIdentifier('its type') !== CatalogId.NameValue || value?.tag !== Tag.OctetString) continue;
    parseNameValue(value.inner(), attributes);
  }
  return attributes;
}

/** Reads the trust list of a catalog. Throws Corrupt, Truncated or LimitExceeded with the offset in the file. */
export function parseTrustList(node: DerNode, file?: string): TrustList {
  const fields = node.expect(Tag.Sequence, 'the list').children(10);
  let at = fields[0]?.tag === Tag.Integer ? 1 : 0;
  const usage = fields[at++]?.expect(Tag.Sequence, 'the usage').child(0, 'the usage').objectIdentifier('the usage');
  if (usage !== CatalogId.List) throw catalogError('Corrupt', file, node.offset, 'it is a trust list, but no catalog');
  const listIdentifier = fields[at]?.tag === Tag.OctetString ? hex(fields[at++]!.content) : '';
  if (fields[at]?.tag === Tag.Integer) at++;
  const date = fields[at++]?.time('the date of the catalog');
  if (fields[at]?.tag === Tag.UtcTime || fields[at]?.tag === Tag.GeneralizedTime) at++;
  const algorithm = fields[at++]?.expect(Tag.Sequence, 'the kind of members').child(0, 'the kind of members');
  if (!date || !algorithm) throw node.error('the list is incomplete');
  const oid = algorithm.objectIdentifier('the kind of members');
  if (oid !== CatalogId.Member && oid !== CatalogId.Member2) {
    throw catalogError('UnsupportedVersion', file, algorithm.offset, `it has members of the unknown kind ${oid}`);
  }
  const members: CatalogMember[] = [];
  if (fields[at]?.tag === Tag.Sequence) {
    for (const member of fields[at++]!.each(MAX_MEMBERS)) members.push(parseMember(member));
  }
  const extensions = fields[at]?.tag === contextTag(0) ? parseExtensions(fields[at]!) : new Map<string, string>();
  return { version: oid === CatalogId.Member ? 1 : 2, listIdentifier, date, members, attributes: extensions };
}
