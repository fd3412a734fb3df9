// Matching that leaves its groups in $Matches, as -match and `switch -Regex` do.
import { Hashtable } from '../value/hashtable.ts';
import { textOf } from '../value/text.ts';
import { groupPlaces, makeRegex } from './regex.ts';
import type { Scope } from './scope.ts';

/** Whether text matches; on success $Matches holds the groups by number and name. */
export function matchAndRemember(text: unknown, pattern: unknown, caseSensitive: boolean, scope: Scope): boolean {
  const regex = makeRegex(textOf(pattern), caseSensitive, false);
  const match = regex.exec(textOf(text));
  if (!match) return false;
  const matches = new Hashtable();
  const named = Object.keys(match.groups ?? {}).length;
  groupPlaces(regex)
    .slice(0, match.length - named)
    .forEach((place, number) => {
      if (match[place] !== undefined) matches.set(number, match[place]);
    });
  for (const [name, group] of Object.entries(match.groups ?? {})) if (group !== undefined) matches.set(name, group);
  scope.set('Matches', matches);
  return true;
}
