// A value of a key, read: plain data that stays the same when the hive is edited afterwards.
import { decodeDword, decodeQword, decodeText, decodeTextList } from './value-data.ts';
import { valueTypeName, valueTypes } from './value-type.ts';

export interface HiveValue {
  /** Empty for the default value. */
  readonly name: string;
  readonly type: number;
  readonly data: Uint8Array;
}

/** What a value means: text, a list of text, a number, or its bytes when the type or the length says nothing else. */
export function meaningOf(value: HiveValue): string | readonly string[] | number | bigint | Uint8Array {
  const { data, type } = value;
  switch (type) {
    case valueTypes.REG_SZ:
    case valueTypes.REG_EXPAND_SZ:
    case valueTypes.REG_LINK:
      return decodeText(data);
    case valueTypes.REG_MULTI_SZ:
      return decodeTextList(data);
    case valueTypes.REG_DWORD:
    case valueTypes.REG_DWORD_BIG_ENDIAN:
      return decodeDword(data, type === valueTypes.REG_DWORD_BIG_ENDIAN) ?? data;
    case valueTypes.REG_QWORD:
      return decodeQword(data) ?? data;
    default:
      return data;
  }
}

/** One line for people: text as it is, lists with `; ` between, numbers in decimal and hexadecimal, bytes in hexadecimal. */
export function describeValue(value: HiveValue): string {
  const meaning = meaningOf(value);
  if (typeof meaning === 'string') return meaning;
  if (typeof meaning === 'number' || typeof meaning === 'bigint') return `${meaning} (0x${meaning.toString(16)})`;
  if (meaning instanceof Uint8Array) return Buffer.from(meaning).toString('hex');
  return meaning.join('; ');
}

/** The name of a value's type. */
export function typeNameOf(value: HiveValue): string {
  return valueTypeName(value.type);
}
