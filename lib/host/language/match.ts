// Matching that leaves its groups in $Matches, as -match and `switch -Regex` do.
import { Hashtable } from '../value/hashtable.ts';
import { textOf } from '../value/text.ts';
import { makeRegex } from './regex.ts';
import type { Scope } from './scope.ts';

/** Whether text matches; on success $Matches holds the groups by number and name. */
export function matchAndRemember(text: unknown, pattern: unknown, caseSensitive: boolean, scope: Scope): boolean {
  const match = makeRegex(textOf(pattern), caseSensitive, false).exec(textOf(text));
  if (!match) return false;
  const matches = new Hashtable();
  match.forEach((group, index) => {
    if (group !== undefined) matches.set(index, group);
  });
  for (const [name, group] of Object.entries(match.groups ?? {})) if (group !== undefined) matches.set(name, group);
  scope.set('Matches', matches);
  return true;
}
