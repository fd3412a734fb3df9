// What scripts may call on regular expressions: `[regex]::Matches($text, '\d+')` and `$pattern.Replace($text, 'x')`.
import { isInvocable } from '../invocable.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { toNumber } from '../value/convert.ts';
import { textOf } from '../value/text.ts';
import { groupPlaces } from './regex.ts';
import { matchObject, Regex } from './regex-value.ts';
import { replaceMatches } from './replace.ts';

/** All matches in a text, from the first that starts at a place. */
function allMatches(regex: Regex, text: string, from = 0): RegExpExecArray[] {
  const expression = regex.expression();
  expression.lastIndex = from;
  return [...text.matchAll(expression)] as RegExpExecArray[];
}

function firstMatch(regex: Regex, text: string, from = 0): Record<string, unknown> {
  const expression = regex.expression();
  expression.lastIndex = from;
  return matchObject(expression.exec(text), groupPlaces(expression));
}

function split(regex: Regex, text: string, count: number): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const match of allMatches(regex, text)) {
    if (count > 0 && pieces.length >= count - 1) break;
    pieces.push(text.slice(from, match.index), ...match.slice(1).filter((group) => group !== undefined));
    from = match.index + match[0].length;
  }
  return [...pieces, text.slice(from)];
}

const whole = (value: unknown): number => Math.trunc(toNumber(value) ?? 0);

type Method = (regex: Regex, ...args: unknown[]) => MaybePromise<unknown>;

/** By lower-case name; the first argument is the text. */
export const regexMethods: Readonly<Record<string, Method>> = {
  ismatch: (regex, text) => regex.expression().test(textOf(text)),
  match: (regex, text, from) => firstMatch(regex, textOf(text), from === undefined ? 0 : whole(from)),
  matches: (regex, text, from) =>
    allMatches(regex, textOf(text), from === undefined ? 0 : whole(from)).map((match) =>
      matchObject(match, groupPlaces(regex.expression())),
    ),
  replace: (regex, text, replacement, count) =>
    replaceMatches(
      textOf(text),
      regex.expression(),
      isInvocable(replacement) ? replacement : textOf(replacement),
      count === undefined ? Number.POSITIVE_INFINITY : whole(count),
      true,
    ),
  split: (regex, text, count) => split(regex, textOf(text), count === undefined ? 0 : whole(count)),
  tostring: (regex) => regex.toString(),
};

/** The static forms take the pattern after the text, then options. */
export function staticRegexMethod(name: string): ((...args: unknown[]) => MaybePromise<unknown>) | undefined {
  if (!Object.hasOwn(regexMethods, name) || name === 'tostring') return undefined;
  const method = regexMethods[name]!;
  return (text, pattern, ...rest) => {
    const own = name === 'replace' ? rest.splice(0, 1) : [];
    return method(new Regex(textOf(pattern), textOf(rest[0])), text, ...own);
  };
}
