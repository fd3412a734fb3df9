// Regular expressions as values: `[regex]'\d+'`, their matches and groups.
import { setOwn } from '../value/hashtable.ts';
import { newObject } from '../value/text.ts';
import { makeRegex } from './regex.ts';

/** The groups of a match: by number and by name. */
export class Groups extends Array<Record<string, unknown>> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
  readonly #names = new Map<string, Record<string, unknown>>();

  /** Adds a group; one with a name is found by it too. */
  addGroup(group: Record<string, unknown>): void {
    this.push(group);
    this.#names.set(String(group.Name).toLowerCase(), group);
  }

  named(name: string): Record<string, unknown> | undefined {
    return this.#names.get(name.toLowerCase());
  }
}

function groupObject(typeName: string, text: string | undefined, index: number, name: string): Record<string, unknown> {
  const object = newObject(typeName);
  const entries = {
    Success: text !== undefined,
    Name: name,
    Index: index,
    Length: text?.length ?? 0,
    Value: text ?? '',
  };
  for (const [key, value] of Object.entries(entries)) setOwn(object, key, value);
  return object;
}

const groupType = 'System.Text.RegularExpressions.Group';

/** A match, of an expression with indices, as scripts see it: Success, Value, Index, Length, Groups, Captures. */
export function matchObject(match: RegExpExecArray | null, places?: readonly number[]): Record<string, unknown> {
  const object = groupObject('System.Text.RegularExpressions.Match', match?.[0], match?.index ?? 0, '0');
  const groups = new Groups();
  const names = new Map(Object.entries(match?.indices?.groups ?? {}).map(([name, place]) => [place, name]));
  for (const [number, i] of (places ?? match?.map((_, at) => at) ?? []).entries()) {
    const place = match?.indices?.[i];
    const name = (place && names.get(place)) ?? String(number);
    groups.addGroup(groupObject(groupType, match?.[i], place?.[0] ?? 0, name));
  }
  object.Groups = groups;
  object.Captures = match ? [object.Value] : [];
  return object;
}

/** A compiled pattern; matching tells letters of different case apart unless an option says otherwise. */
export class Regex {
  readonly #pattern: string;
  readonly #options: string;

  constructor(pattern: string, options = '') {
    this.#pattern = pattern;
    this.#options = options;
    this.expression();
  }

  /** A fresh global expression. */
  expression(): RegExp {
    const flags = [
      /multiline/i.test(this.#options) ? 'm' : '',
      /singleline/i.test(this.#options) ? 's' : '',
      /ignorepatternwhitespace/i.test(this.#options) ? 'x' : '',
    ].join('');
    const prefix = flags === '' ? '' : `(?${flags})`;
    const own = makeRegex(prefix + this.#pattern, !/ignorecase/i.test(this.#options), true);
    return new RegExp(own.source, `d${own.flags}`);
  }

  toString(): string {
    return this.#pattern;
  }
}
