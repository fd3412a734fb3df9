// What a command of DISM.exe is, as data: its options, where it may be used, the cmdlet that serves it and which of its
// parameters each option fills, and how the records of the cmdlet are printed.
// A command begins to work when the cmdlet it names is in the list of cmdlets (cmdlets/index.ts): nothing else needs to change.
import type { Layout } from './layouts/layout.ts';

/** Nothing but image files (`none`), an offline image, the running Windows, either of them, or not known. */
export type CommandScope = 'none' | 'image' | 'online' | 'imageOrOnline' | 'unknown';

/**
 * flag: takes no value. path: a file or folder, without wildcards. pattern: a path with wildcards. identity: the name of
 * a package, feature, driver ..., without wildcards. text: any. number: a whole number. choice: one of a few words.
 */
export type OptionKind = 'flag' | 'path' | 'pattern' | 'identity' | 'text' | 'number' | 'choice';

/** Which Windows images have a command or an option. */
export interface Availability {
  /** Images of Windows PE only (true), or all others only (false). */
  readonly windowsPE?: boolean | undefined;
  /** The first version that has it, such as 6.2 or 10.0.26100. */
  readonly since?: string | undefined;
  /** The first version that no longer has it. */
  readonly before?: string | undefined;
}

/** One option of a command, such as `/ImageFile:`. */
export interface DismOption {
  /** As DISM.exe spells it, without the slash. */
  readonly name: string;
  readonly kind: OptionKind;
  /** One sentence. */
  readonly help: string;
  /** The cmdlet's parameter; absent where no cmdlet can do it: using the option is error 50. */
  readonly parameter?: string | undefined;
  readonly aliases?: readonly string[] | undefined;
  readonly required?: boolean | undefined;
  /** May be given several times; the order is kept. */
  readonly repeats?: boolean | undefined;
  /** Of a choice: each word, in lower case, and what the cmdlet takes for it. */
  readonly words?: Readonly<Record<string, string | number>> | undefined;
  /** What a flag sets the parameter to; default true. */
  readonly value?: string | undefined;
  /** What a value must look like. */
  readonly form?: RegExp | undefined;
  /** Not shown in the log. */
  readonly secret?: boolean | undefined;
  /** The images that have it; absent: every image. */
  readonly images?: Availability | undefined;
}

/** One command, such as `/Get-ImageInfo`. */
export interface DismCommand {
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  readonly scope: CommandScope;
  /** The images that have it; absent: every image. Elsewhere it is unknown. */
  readonly images?: Availability | undefined;
  /** Serves it, once it exists; absent where Microsoft has none either. */
  readonly cmdlet?: string | undefined;
  /** Parameters that the command itself implies. */
  readonly fixed?: Readonly<Record<string, unknown>> | undefined;
  /** A value of the command itself (`/Set-UILang:de-DE`): named like an option, and also accepted as one. */
  readonly operand?: string | undefined;
  /** The operand has no spelling as an option of its own. */
  readonly operandOnly?: boolean | undefined;
  readonly options?: readonly DismOption[] | undefined;
  /** Of each of these lists exactly one option must be given. */
  readonly exactlyOne?: readonly (readonly string[])[] | undefined;
  /** Of each of these lists at most one option may be given. */
  readonly atMostOne?: readonly (readonly string[])[] | undefined;
  /** Commands of one group may stand on one line together. */
  readonly group?: string | undefined;
  /** Its options are not documented: whatever is given is taken. */
  readonly anyOption?: boolean | undefined;
  /** The line above the progress bar; absent for commands without one. */
  readonly progress?: string | undefined;
  /** How the records are printed; absent: they are not. `given` are the names of the options on the line. */
  readonly layout?: Layout | ((given: ReadonlySet<string>) => Layout) | undefined;
}

type More = Partial<Pick<DismOption, 'aliases' | 'required' | 'repeats' | 'secret' | 'images' | 'form'>>;
type Builder = (name: string, help: string, parameter?: string, more?: More) => DismOption;

const builder =
  (kind: OptionKind): Builder =>
  (name, help, parameter, more) => ({ name, kind, help, parameter, ...more });

export const flag = builder('flag');
export const path = builder('path');
export const pattern = builder('pattern');
export const identity = builder('identity');
export const text = builder('text');
export const number = builder('number');

/** An option that takes one of a few words. */
export function choice(
  name: string,
  help: string,
  words: Readonly<Record<string, string | number>>,
  parameter?: string,
  more?: More,
): DismOption {
  return { name, kind: 'choice', help, parameter, words, ...more };
}
