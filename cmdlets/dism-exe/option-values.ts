// The options of one command as given, checked against their declarations.

import type { DismOption } from './command.ts';
import type { DismArgument } from './command-line.ts';
import { missingArgument, wrongLine } from './command-line-error.ts';

/** Finds the option that a written name stands for. */
export function findOption(options: readonly DismOption[], written: string): DismOption | undefined {
  const lower = written.toLowerCase();
  return options.find(({ name, aliases }) =>
    [name, ...(aliases ?? [])].some((candidate) => candidate.toLowerCase() === lower),
  );
}

function checkValue(option: DismOption, written: string, value: string): void {
  const invalid =
    (option.kind === 'number' && !(/^\d+$/.test(value) && Number.isSafeInteger(Number(value)))) ||
    (option.kind === 'choice' && !Object.hasOwn(option.words ?? {}, value.toLowerCase())) ||
    option.form?.test(value) === false;
  if (invalid) throw wrongLine(`The ${value} argument given for the ${written} option is invalid.`);
  // The question mark of `\\?\C:\image` is none.
  if ((option.kind === 'path' || option.kind === 'identity') && /[*?]/.test(value.replace(/^\\\\\?\\/, ''))) {
    throw wrongLine(
      `The ${value} argument given for the ${written} option is invalid: wildcards are not supported here.`,
    );
  }
}

/** Values by the declared name of their option, in the order given. */
export class OptionValues {
  readonly #values = new Map<string, string[]>();

  /** Takes one argument. Throws error 87 when it does not fit the declaration. */
  add(option: DismOption, argument: DismArgument): void {
    const written = argument.name.toLowerCase();
    const before = this.#values.get(option.name);
    if (option.kind === 'flag') {
      if (argument.value !== undefined) {
        throw wrongLine(`The ${written} option does not take an argument.`, 'Remove the argument and run DISM again.');
      }
    } else if (argument.value === undefined || argument.value === '') {
      throw missingArgument(written);
    } else checkValue(option, written, argument.value);
    if (before && !option.repeats) {
      throw wrongLine(
        `The ${written} option has been duplicated on the command-line.`,
        'Remove the duplicate option and try the command again.',
      );
    }
    this.#values.set(option.name, [...(before ?? []), argument.value ?? 'true']);
  }

  has(option: string): boolean {
    return this.#values.has(option);
  }

  /** The first value, as written. */
  first(option: string): string | undefined {
    return this.#values.get(option)?.[0];
  }

  /** All values, as written, in the order given. */
  all(option: string): readonly string[] {
    return this.#values.get(option) ?? [];
  }

  /** The declared names of the options that were given. */
  names(): ReadonlySet<string> {
    return new Set(this.#values.keys());
  }
}
