// Writes DER, for tests that build certificates and catalogs. Knows nothing of the reader that it tests.

export type Der = Uint8Array;

export function der(tag: number, ...parts: readonly Uint8Array[]): Der {
  const content = Buffer.concat(parts);
  const { length } = content;
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  const header = length < 0x80 ? [tag, length] : [tag, 0x80 | bytes.length, ...bytes];
  return Buffer.concat([Buffer.from(header), content]);
}

export const sequence = (...parts: readonly Der[]): Der => der(0x30, ...parts);
export const set = (...parts: readonly Der[]): Der => der(0x31, ...[...parts].sort(Buffer.compare));
/** `[number]` with values inside. */
export const context = (number: number, ...parts: readonly Der[]): Der => der(0xa0 | number, ...parts);
export const octets = (bytes: Uint8Array): Der => der(0x04, bytes);
export const bits = (bytes: Uint8Array): Der => der(0x03, Buffer.from([0]), bytes);
export const nothing = (): Der => der(0x05);
export const boolean = (value: boolean): Der => der(0x01, Buffer.from([value ? 0xff : 0]));
export const utf8 = (text: string): Der => der(0x0c, Buffer.from(text));

export function integer(value: number): Der {
  const bytes = [value & 0xff];
  for (let rest = Math.floor(value / 256); rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest & 0xff);
  if (bytes[0]! >= 0x80) bytes.unshift(0);
  return der(0x02, Buffer.from(bytes));
}

export function oid(dotted: string): Der {
  const [first, second, ...rest] = dotted.split('.').map(Number) as [number, number, ...number[]];
  const bytes: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const groups = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift(0x80 | (left % 128));
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

/** GeneralizedTime. */
export const time = (date: Date): Der =>
  der(0x18, Buffer.from(date.toISOString().replace(/[-:T]/g, '').slice(0, 14) + 'Z'));

export function bmp(text: string): Der {
  return der(0x1e, Buffer.from(text, 'utf16le').swap16());
}
