// The XML data of a WIM: names, descriptions, counts and what Setup wants to know about the Windows inside. It is parsed
// generically, so that what this version does not know survives every change.

import { WimXmlImage } from './wim-xml-image.ts';
import {
  childElements,
  findElement,
  parseXml,
  setText,
  textOf,
  type XmlElement,
  xmlElement,
  xmlText,
} from './xml-tree.ts';

/** The XML of a WIM, editable. Images are in the order of their index. */
export class WimXml {
  readonly #root: XmlElement;
  #images: WimXmlImage[];

  private constructor(root: XmlElement) {
    this.#root = root;
    this.#images = childElements(root, 'IMAGE').map((element) => new WimXmlImage(element));
  }

  /** An empty document. */
  static create(): WimXml {
    return new WimXml(xmlElement('WIM'));
  }

  /** Parses the bytes a WIM holds. Throws `Corrupt` that names the file. */
  static parse(bytes: Uint8Array, file: string): WimXml {
    return new WimXml(parseXml(bytes, file));
  }

  get images(): readonly WimXmlImage[] {
    return this.#images;
  }

  /** The image of an index, from 1. */
  image(index: number): WimXmlImage | undefined {
    return this.#images[index - 1];
  }

  /** Whether the file is one of the encrypted ESD files of Windows Update. */
  get isEncrypted(): boolean {
    return findElement(this.#root, 'ESD', 'ENCRYPTED') !== undefined;
  }

  /** Makes exactly one image of every index from 1 to `count`, the number of images that the file really holds. Says what was wrong. */
  reconcile(count: number): string[] {
    const said: string[] = [];
    const byIndex: (WimXmlImage | undefined)[] = new Array(count).fill(undefined);
    const spare: WimXmlImage[] = [];
    for (const image of this.#images) {
      const at = image.index - 1;
      if (at >= 0 && at < count && byIndex[at] === undefined) byIndex[at] = image;
      else spare.push(image);
    }
    for (const image of spare) {
      said.push(
        `The XML data describes an image ${image.index} that the file does not hold, or twice; it is left out.`,
      );
      this.#detach(image);
    }
    this.#images = byIndex.map((image, at) => {
      if (image) return image;
      said.push(`The XML data does not describe image ${at + 1}.`);
      return this.#attach(new WimXmlImage(xmlElement('IMAGE')), at + 1);
    });
    return said;
  }

  /** Adds an image behind the last one. */
  addImage(image: WimXmlImage = new WimXmlImage(xmlElement('IMAGE'))): WimXmlImage {
    this.#images.push(this.#attach(image, this.#images.length + 1));
    return image;
  }

  /** Removes an image; higher ones move down by one. */
  removeImage(index: number): void {
    const [removed] = this.#images.splice(index - 1, 1);
    if (removed) this.#detach(removed);
    this.#images.forEach((image, at) => {
      image.index = at + 1;
    });
  }

  /** WIM/TOTALBYTES: the size of the file up to its XML. */
  get totalBytes(): number | undefined {
    const element = findElement(this.#root, 'TOTALBYTES');
    return element && Number(textOf(element));
  }

  set totalBytes(bytes: number) {
    const element = findElement(this.#root, 'TOTALBYTES') ?? xmlElement('TOTALBYTES');
    if (!this.#root.children.includes(element)) this.#root.children.unshift(element);
    setText(element, String(bytes));
  }

  /** The document as text. */
  toString(): string {
    return xmlText(this.#root);
  }

  /** The bytes to store: UTF-16LE with its byte order mark. */
  write(): Uint8Array {
    return Buffer.from('\uFEFF' + this.toString(), 'utf16le');
  }

  #attach(image: WimXmlImage, index: number): WimXmlImage {
    image.index = index;
    const { children } = this.#root;
    const last = children.findLastIndex((node) => node.kind === 'element' && node.name === 'IMAGE');
    children.splice(last < 0 ? children.length : last + 1, 0, image.element);
    return image;
  }

  #detach(image: WimXmlImage): void {
    this.#root.children.splice(this.#root.children.indexOf(image.element), 1);
  }
}
