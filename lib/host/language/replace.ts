// Replacing what a pattern matches: by text with $1, ${name}, $& and their kin, or by what a script block gives.
import type { Invocable } from '../invocable.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { textOf } from '../value/text.ts';
import { groupPlaces } from './regex.ts';
import { matchObject } from './regex-value.ts';

/** What a replacement text stands for at a match, as .NET reads it. A group that does not exist stays as written. */
export function expandReplacement(
  replacement: string,
  match: RegExpExecArray,
  text: string,
  places: readonly number[],
): string {
  if (!replacement.includes('$')) return replacement;
  return replacement.replace(/\$(?:(\$)|(&)|(`)|(')|(\+)|(_)|(\d+)|\{(\w+)\})/g, (written, ...parts: unknown[]) => {
    const [dollar, all, before, after, last, whole, number, name] = parts as (string | undefined)[];
    if (dollar) return '$';
    if (all) return match[0];
    if (before) return text.slice(0, match.index);
    if (after) return text.slice(match.index + match[0].length);
    if (last) return match.at(-1) ?? '';
    if (whole) return text;
    if (number !== undefined) return numbered(match, number, places) ?? written;
    if (/^\d+$/.test(name!)) return Number(name) < match.length ? (match[places[Number(name)]!] ?? '') : written;
    return match.groups && Object.hasOwn(match.groups, name!) ? (match.groups[name!] ?? '') : written;
  });
}

/** `$12` is group 12, or group 1 and the digit 2 where there are fewer. */
function numbered(match: RegExpExecArray, digits: string, places: readonly number[]): string | undefined {
  for (let length = digits.length; length > 0; length--) {
    const group = Number(digits.slice(0, length));
    if (group < match.length) return (match[places[group]!] ?? '') + digits.slice(length);
  }
  return undefined;
}

/**
 * Replaces the first `count` matches of a global expression. A script block sees the match as `$_`, and as its first
 * argument where it is a delegate of .NET.
 */
export function replaceMatches(
  text: string,
  expression: RegExp,
  replacement: string | Invocable,
  count = Number.POSITIVE_INFINITY,
  asDelegate = false,
): MaybePromise<string> {
  const matches = ([...text.matchAll(expression)] as RegExpExecArray[]).slice(0, count);
  const join = (parts: readonly string[]): string => {
    let result = '';
    let from = 0;
    matches.forEach((match, i) => {
      result += text.slice(from, match.index) + parts[i]!;
      from = match.index + match[0].length;
    });
    return result + text.slice(from);
  };
  if (typeof replacement === 'string') {
    const places = groupPlaces(expression);
    return join(matches.map((match) => expandReplacement(replacement, match, text, places)));
  }
  return (async () => {
    const parts: string[] = [];
    for (const match of matches) {
      const item = matchObject(match);
      parts.push(textOf(await replacement.evaluate(item, asDelegate ? [item] : [])));
    }
    return join(parts);
  })();
}
