// Data from what a person or a script gives: text, numbers and lists, for a type.
import { DismError } from '../base/error.ts';
import { encodeDword, encodeQword, encodeText, encodeTextList } from './value-data.ts';
import { valueTypeName, valueTypes } from './value-type.ts';

/** The type a value has when none is given: a number is a DWORD or a QWORD, a list of text MULTI_SZ, bytes BINARY. */
export function typeForValue(value: unknown): number {
  if (typeof value === 'boolean') return valueTypes.REG_DWORD;
  if (typeof value === 'number' || typeof value === 'bigint') {
    return value >= -0x80000000 && value <= 0xffffffff ? valueTypes.REG_DWORD : valueTypes.REG_QWORD;
  }
  if (value instanceof Uint8Array) return valueTypes.REG_BINARY;
  if (!Array.isArray(value)) return valueTypes.REG_SZ;
  return value.every((item) => typeof item === 'number') ? valueTypes.REG_BINARY : valueTypes.REG_MULTI_SZ;
}

/** The data of a value of a type. Throws a usage error for what the type cannot hold. */
export function encodeValue(type: number, value: unknown): Uint8Array {
  switch (type) {
    case valueTypes.REG_SZ:
    case valueTypes.REG_EXPAND_SZ:
    case valueTypes.REG_LINK:
      if (Array.isArray(value) || value instanceof Uint8Array) throw refusal(type, value);
      // The target of a link has no terminator.
      return type === valueTypes.REG_LINK ? Buffer.from(String(value), 'utf16le') : encodeText(String(value ?? ''));
    case valueTypes.REG_MULTI_SZ: {
      const list = (Array.isArray(value) ? value : [value]).map((item) => String(item));
      if (list.some((item) => item === '' || item.includes('\0'))) throw refusal(type, value);
      return encodeTextList(list);
    }
    case valueTypes.REG_DWORD:
      return encodeDword(Number(wholeNumber(type, value, 32n)));
    case valueTypes.REG_DWORD_BIG_ENDIAN:
      return encodeDword(Number(wholeNumber(type, value, 32n))).reverse();
    case valueTypes.REG_QWORD:
      return encodeQword(wholeNumber(type, value, 64n));
    default:
      return bytesOf(type, value);
  }
}

function refusal(type: number, value: unknown): DismError {
  const shown = JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item));
  return new DismError('InvalidParameter', `${shown} is not a value of type ${valueTypeName(type)}.`);
}

/** A number as an unsigned one of so many bits; negative ones as two's complement. */
function wholeNumber(type: number, value: unknown, bits: bigint): bigint {
  const text = typeof value === 'boolean' ? String(Number(value)) : String(value).trim();
  if (!/^(-?\d+|0x[0-9a-f]+)$/i.test(text)) throw refusal(type, value);
  const number = BigInt(text);
  if (number >= 1n << bits || number < -(1n << (bits - 1n))) throw refusal(type, value);
  return BigInt.asUintN(Number(bits), number);
}

/** Bytes from a list of numbers or from hexadecimal text, with or without separators. */
function bytesOf(type: number, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) {
    return Uint8Array.from(value, (item: unknown) => {
      const byte = Number(item);
      if (!Number.isInteger(byte) || byte < 0 || byte > 255) throw refusal(type, value);
      return byte;
    });
  }
  const digits = typeof value === 'number' ? [value] : String(value ?? '').replace(/[\s,:-]|0x/gi, '');
  if (typeof digits !== 'string') return bytesOf(type, digits);
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw refusal(type, value);
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}
