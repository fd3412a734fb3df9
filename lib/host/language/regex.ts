// Patterns of -match, -replace and -split: .NET's regular expressions as far as JavaScript's say the same.
import { HostError } from '../host-error.ts';

const cache = new Map<string, RegExp>();

/** Compiles a pattern; `(?i)`-style options at the start, named groups and \A \z anchors are translated. */
export function makeRegex(pattern: string, caseSensitive: boolean, global: boolean): RegExp {
  const key = `${caseSensitive ? 's' : 'i'}${global ? 'g' : '1'}${pattern}`;
  const known = cache.get(key);
  if (known) {
    known.lastIndex = 0;
    return known;
  }
  let flags = 'u' + (global ? 'g' : '') + (caseSensitive ? '' : 'i');
  let source = pattern;
  const options = /^\(\?([imsn]*)(?:-([imsn]+))?\)/.exec(source);
  if (options) {
    source = source.slice(options[0].length);
    for (const option of options[1] ?? '') if ('ims'.includes(option) && !flags.includes(option)) flags += option;
    for (const option of options[2] ?? '') flags = flags.replace(option, '');
  }
  source = source
    .replace(/\\[AzZ]/g, (anchor) => (anchor === '\\A' ? '^' : '$'))
    .replace(/\(\?'(\w+)'/g, '(?<$1>')
    .replace(/\\(?=[ #_'"`!%&,:;<=>@~])/g, (slash, offset: number, whole: string) =>
      isEscaped(whole, offset) ? slash : '',
    );
  let regex: RegExp;
  try {
    regex = new RegExp(source, flags);
  } catch {
    try {
      regex = new RegExp(source, flags.replace('u', ''));
    } catch (error) {
      throw new HostError(
        'InvalidRegularExpression',
        `'${pattern}' is not a valid regular expression: ${(error as Error).message}`,
      );
    }
  }
  if (cache.size > 200) cache.clear();
  cache.set(key, regex);
  return regex;
}

function isEscaped(text: string, offset: number): boolean {
  let slashes = 0;
  while (offset - slashes - 1 >= 0 && text[offset - slashes - 1] === '\\') slashes++;
  return slashes % 2 === 1;
}

/** Text in which no character is special in a pattern. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\*+?|{}[\]()^$.#\s]/g, (c) => (c === '\n' ? '\\n' : c === '\t' ? '\\t' : '\\' + c));
}

const numberings = new WeakMap<RegExp, readonly (string | undefined)[]>();

/** The names of an expression's groups from 1 on, undefined for those without. */
function groupNames(regex: RegExp): readonly (string | undefined)[] {
  let names = numberings.get(regex);
  if (!names) {
    names = [...regex.source.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?<(?![=!])(\w+)>|(?!\?))/g)]
      .filter(([text]) => text.startsWith('('))
      .map(([, name]) => name);
    numberings.set(regex, names);
  }
  return names;
}

/** The place of each group among JavaScript's, by .NET's number: those without a name come first. */
export function groupPlaces(regex: RegExp): readonly number[] {
  const places = groupNames(regex).map((name, i) => ({ name, place: i + 1 }));
  const unnamed = places.filter(({ name }) => name === undefined);
  return [0, ...unnamed, ...places.filter(({ name }) => name !== undefined)].map((one) =>
    typeof one === 'number' ? one : one.place,
  );
}
