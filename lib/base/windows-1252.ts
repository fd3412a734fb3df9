// Windows-1252, the code page of western "ANSI" text. TextDecoder is not used: some versions of Node decode this code page
// as ISO 8859-1.

/** The characters of Windows-1252 from 0x80 to 0x9F; the five unassigned ones map to themselves. */
const upperHalf = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Text of Windows-1252 bytes. */
export function decodeWindows1252(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (unit) => upperHalf[unit.charCodeAt(0) - 0x80]!);
}

/** Windows-1252 bytes of text; what it does not have becomes a question mark. */
export function encodeWindows1252(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const high = upperHalf.indexOf(character);
    if (high >= 0) return high + 0x80;
    const unit = character.charCodeAt(0);
    return unit <= 0xff && character.length === 1 ? unit : 0x3f;
  });
}
