// The types of registry values and their names.

/** Types by name. Any other number is legal too: device properties use 0xFFFF00xx. */
export const valueTypes = {
  REG_NONE: 0,
  REG_SZ: 1,
  REG_EXPAND_SZ: 2,
  REG_BINARY: 3,
  REG_DWORD: 4,
  REG_DWORD_BIG_ENDIAN: 5,
  REG_LINK: 6,
  REG_MULTI_SZ: 7,
  REG_RESOURCE_LIST: 8,
  REG_FULL_RESOURCE_DESCRIPTOR: 9,
  REG_RESOURCE_REQUIREMENTS_LIST: 10,
  REG_QWORD: 11,
} as const;

export type ValueTypeName = keyof typeof valueTypes;

const names = Object.keys(valueTypes) as readonly ValueTypeName[];

/** The name of a type; a hexadecimal number for one that has none. */
export function valueTypeName(type: number): ValueTypeName | `0x${string}` {
  return names[type] ?? `0x${type.toString(16).toUpperCase().padStart(8, '0')}`;
}

/** The names PowerShell has for some of them. */
const powerShellNames: Readonly<Record<string, number>> = {
  NONE: valueTypes.REG_NONE,
  STRING: valueTypes.REG_SZ,
  EXPANDSTRING: valueTypes.REG_EXPAND_SZ,
  MULTISTRING: valueTypes.REG_MULTI_SZ,
};

/**
 * The number of a type given by name in any case (`REG_SZ`, `SZ`, PowerShell's `String`) or as a number in text; undefined
 * when it is neither.
 */
export function parseValueType(text: string): number | undefined {
  const upper = text.trim().toUpperCase();
  for (const name of names) {
    if (upper === name || `REG_${upper}` === name) return valueTypes[name];
  }
  const powerShell = powerShellNames[upper];
  if (powerShell !== undefined) return powerShell;
  if (!/^(0X[0-9A-F]{1,8}|\d{1,10})$/.test(upper)) return undefined;
  const number = Number(upper);
  return number <= 0xffffffff ? number : undefined;
}
