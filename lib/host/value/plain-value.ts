// Values without the language's own types of numbers and characters, for code that knows only JavaScript's.
import { Char } from './char.ts';
import { TypedNumber } from './typed-number.ts';

/** A typed number as number (bigint where it would not be exact), a character as text; lists item by item. */
export function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainValue);
  if (value instanceof Char) return value.toString();
  if (!(value instanceof TypedNumber)) return value;
  const number = Number(value);
  return typeof value.value === 'bigint' && !Number.isSafeInteger(number) ? value.value : number;
}
