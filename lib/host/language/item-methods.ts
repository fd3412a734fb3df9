// `.Where({ })` and `.ForEach({ })`: methods that every value has, over its items.
import type { MaybePromise } from '../maybe-promise.ts';
import { isTruthy, toArray, toNumber } from '../value/convert.ts';
import { readMember } from '../value/property.ts';
import { textOf } from '../value/text.ts';
import { callMethod, methodNames } from './methods.ts';
import { ScriptBlock } from './script-block.ts';
import { TypeValue } from './type-names.ts';
import { castTo } from './types.ts';

/** The modes of .Where(): which items, and until when. */
async function where(items: readonly unknown[], block: ScriptBlock, mode: string, count: number): Promise<unknown[]> {
  const found: unknown[] = [];
  const others: unknown[] = [];
  const limit = count > 0 ? count : Number.POSITIVE_INFINITY;
  const until = /^(until|skipuntil)$/.test(mode);
  for (const [place, item] of items.entries()) {
    const fits = isTruthy(await block.evaluate(item));
    if (until && fits) return mode === 'until' ? found.slice(0, limit) : items.slice(place).slice(0, limit);
    if (until) found.push(item);
    else if (fits && found.length < (mode === 'last' ? Number.POSITIVE_INFINITY : limit)) found.push(item);
    else others.push(item);
    if (mode === 'first' && found.length === (count > 0 ? count : 1)) return found;
  }
  if (mode === 'split') return [found, others];
  if (mode === 'last') return found.slice(-(count > 0 ? count : 1));
  return mode === 'skipuntil' ? [] : found;
}

async function forEach(items: readonly unknown[], what: unknown, args: readonly unknown[]): Promise<unknown[]> {
  if (what instanceof TypeValue) return items.map((item) => castTo(what.FullName, item));
  const results: unknown[] = [];
  for (const item of items) {
    if (what instanceof ScriptBlock) await what.invoke(item, (value) => void results.push(value), args);
    else {
      const name = textOf(what);
      const isMethod = args.length > 0 || methodNames(item).some((one) => one.toLowerCase() === name.toLowerCase());
      results.push(isMethod ? callMethod(item, name, [...args]) : readMember(item, name));
    }
  }
  return results;
}

/** Calls .Where() or .ForEach() on the items of a value; undefined for all other methods. */
export function callOnItems(
  object: unknown,
  name: string,
  args: readonly unknown[],
): MaybePromise<unknown[]> | undefined {
  const method = name.toLowerCase();
  if (method === 'where' && args[0] instanceof ScriptBlock)
    return where(toArray(object), args[0], textOf(args[1] ?? '').toLowerCase(), toNumber(args[2]) ?? 0);
  return method === 'foreach' ? forEach(toArray(object), args[0], args.slice(1)) : undefined;
}
