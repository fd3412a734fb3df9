// One IMAGE element of a WIM's XML, with typed accessors. Elements that nobody asks about stay where they are.
import { childElements, findElement, setText, textOf, type XmlElement, xmlElement } from './xml-tree.ts';

/** The order Microsoft writes; an element that is added goes to its place. */
const ORDER = [
  'DIRCOUNT',
  'FILECOUNT',
  'TOTALBYTES',
  'HARDLINKBYTES',
  'CREATIONTIME',
  'LASTMODIFICATIONTIME',
  'WIMBOOT',
  'WINDOWS',
  'NAME',
  'DESCRIPTION',
  'FLAGS',
  'DISPLAYNAME',
  'DISPLAYDESCRIPTION',
];

/** The texts a person gives an image. */
export type ImageText = 'NAME' | 'DESCRIPTION' | 'FLAGS' | 'DISPLAYNAME' | 'DISPLAYDESCRIPTION';

/** What the XML says about the Windows inside an image. */
export interface WindowsInformation {
  /** PROCESSOR_ARCHITECTURE_*: 0 x86, 5 ARM, 6 IA64, 9 AMD64, 12 ARM64. */
  readonly architecture: number | undefined;
  readonly productName: string;
  readonly editionId: string;
  readonly installationType: string;
  readonly productType: string;
  readonly productSuite: string;
  readonly hal: string;
  readonly systemRoot: string;
  readonly languages: readonly string[];
  readonly defaultLanguage: string;
  readonly majorVersion: number | undefined;
  readonly minorVersion: number | undefined;
  readonly build: number | undefined;
  readonly spBuild: number | undefined;
  readonly spLevel: number | undefined;
}

function decimal(text: string | undefined): number | undefined {
  if (text === undefined || !/^\s*\d{1,20}\s*$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Typed access to one image of a WimXml. */
export class WimXmlImage {
  readonly element: XmlElement;

  constructor(element: XmlElement) {
    this.element = element;
  }

  /** What the INDEX attribute says; 0 when it is no number. */
  get index(): number {
    return decimal(this.element.attributes.get('INDEX')) ?? 0;
  }

  set index(index: number) {
    this.element.attributes.set('INDEX', String(index));
  }

  get name(): string {
    return this.getText('NAME');
  }

  get description(): string {
    return this.getText('DESCRIPTION');
  }

  /** A text of the image; empty when absent. */
  getText(name: ImageText): string {
    return this.#text(name) ?? '';
  }

  /** Sets a text; an empty one removes its element. */
  setText(name: ImageText, text: string): void {
    if (text === '') this.#remove(name);
    else setText(this.#place(name), text);
  }

  /** A count or size; undefined when absent or not a number. */
  getCount(name: 'DIRCOUNT' | 'FILECOUNT' | 'TOTALBYTES' | 'HARDLINKBYTES'): number | undefined {
    return decimal(this.#text(name));
  }

  setCount(name: 'DIRCOUNT' | 'FILECOUNT' | 'TOTALBYTES' | 'HARDLINKBYTES', value: number): void {
    setText(this.#place(name), String(value));
  }

  /** A FILETIME; undefined when absent or malformed. */
  getTime(name: 'CREATIONTIME' | 'LASTMODIFICATIONTIME'): bigint | undefined {
    const part = (half: string): bigint | undefined => {
      const digits = /^(?:0x)?([0-9a-f]{1,8})$/i.exec(this.#text(name, half)?.trim() ?? '')?.[1];
      return digits === undefined ? undefined : BigInt(`0x${digits}`);
    };
    const [high, low] = [part('HIGHPART'), part('LOWPART')];
    return high === undefined || low === undefined ? undefined : (high << 32n) | low;
  }

  setTime(name: 'CREATIONTIME' | 'LASTMODIFICATIONTIME', ticks: bigint): void {
    const half = (value: bigint): string => '0x' + value.toString(16).toUpperCase().padStart(8, '0');
    const time = this.#place(name);
    const [high, low] = [xmlElement('HIGHPART'), xmlElement('LOWPART')];
    setText(high, half((ticks >> 32n) & 0xffffffffn));
    setText(low, half(ticks & 0xffffffffn));
    time.children.splice(0, time.children.length, high, low);
  }

  /** Whether the image was captured for WIMBoot. */
  get isWimBoot(): boolean {
    return this.#text('WIMBOOT')?.trim() === '1';
  }

  /** The WINDOWS block; undefined for an image that holds no Windows. */
  get windows(): WindowsInformation | undefined {
    const block = findElement(this.element, 'WINDOWS');
    if (block === undefined) return undefined;
    const text = (...path: readonly string[]): string => {
      const element = findElement(block, ...path);
      return element ? textOf(element).trim() : '';
    };
    const number = (...path: readonly string[]): number | undefined => decimal(text(...path));
    const languages = findElement(block, 'LANGUAGES');
    return {
      architecture: number('ARCH'),
      productName: text('PRODUCTNAME'),
      editionId: text('EDITIONID'),
      installationType: text('INSTALLATIONTYPE'),
      productType: text('PRODUCTTYPE'),
      productSuite: text('PRODUCTSUITE'),
      hal: text('HAL'),
      systemRoot: text('SYSTEMROOT'),
      languages: languages ? childElements(languages, 'LANGUAGE').map((element) => textOf(element).trim()) : [],
      defaultLanguage: text('LANGUAGES', 'DEFAULT'),
      majorVersion: number('VERSION', 'MAJOR'),
      minorVersion: number('VERSION', 'MINOR'),
      build: number('VERSION', 'BUILD'),
      spBuild: number('VERSION', 'SPBUILD'),
      spLevel: number('VERSION', 'SPLEVEL'),
    };
  }

  /** Replaces the WINDOWS block by one that was composed from an image's hives; undefined removes it. */
  setWindows(block: XmlElement | undefined): void {
    this.#remove('WINDOWS');
    if (block) this.#insert(block);
  }

  /** An independent copy. */
  clone(): WimXmlImage {
    return new WimXmlImage(structuredClone(this.element));
  }

  #text(...path: readonly string[]): string | undefined {
    const element = findElement(this.element, ...path);
    return element && textOf(element);
  }

  #place(name: string): XmlElement {
    return findElement(this.element, name) ?? this.#insert(xmlElement(name));
  }

  #insert(element: XmlElement): XmlElement {
    const rank = ORDER.indexOf(element.name);
    const before = this.element.children.findIndex(
      (node) => node.kind === 'element' && ORDER.indexOf(node.name) > rank,
    );
    this.element.children.splice(before < 0 ? this.element.children.length : before, 0, element);
    return element;
  }

  #remove(name: string): void {
    const { children } = this.element;
    const kept = children.filter((node) => node.kind !== 'element' || node.name !== name);
    children.splice(0, children.length, ...kept);
  }
}
