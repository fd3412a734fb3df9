// File attributes and reparse tags by the names Windows gives them.

const attributes: readonly (readonly [number, string])[] = [
  [0x1, 'ReadOnly'],
  [0x2, 'Hidden'],
  [0x4, 'System'],
  [0x10, 'Directory'],
  [0x20, 'Archive'],
  [0x80, 'Normal'],
  [0x100, 'Temporary'],
  [0x200, 'SparseFile'],
  [0x400, 'ReparsePoint'],
  [0x800, 'Compressed'],
  [0x1000, 'Offline'],
  [0x2000, 'NotContentIndexed'],
  [0x4000, 'Encrypted'],
  [0x8000, 'IntegrityStream'],
  [0x20000, 'NoScrubData'],
  [0x40000, 'RecallOnOpen'],
  [0x80000, 'Pinned'],
  [0x100000, 'Unpinned'],
  [0x400000, 'RecallOnDataAccess'],
];
const known = attributes.reduce((bits, [bit]) => bits | bit, 0);

const reparseTags: Readonly<Record<number, string>> = {
  2684354563: 'MountPoint',
  2684354572: 'SymbolicLink',
  2147483667: 'Dedup',
  2147483671: 'Wof',
  2147483675: 'AppExecLink',
  2684354589: 'LxSymlink',
};

function hexadecimal(value: number): string {
  return '0x' + (value >>> 0).toString(16).toUpperCase();
}

/** `ReadOnly, Hidden`; bits without a name as a number. */
export function attributeNames(value: number): string {
  const names = attributes.filter(([bit]) => (value & bit) !== 0).map(([, name]) => name);
  const rest = value & ~known;
  if (rest !== 0) names.push(hexadecimal(rest));
  return names.join(', ');
}

/** The name of a reparse tag, or the number; empty for 0. */
export function reparseTagName(tag: number): string {
  return tag === 0 ? '' : (reparseTags[tag] ?? hexadecimal(tag));
}
