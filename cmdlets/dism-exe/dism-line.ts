// A whole DISM.exe command line: its command, the options of that command, the global ones. Their order means nothing,
// except among the values of an option that repeats.

import type { DismCommand } from './command.ts';
import { type DismArgument, parseArgument } from './command-line.ts';
import { CommandLineError, win32, wrongLine } from './command-line-error.ts';
import { allCommands } from './commands/index.ts';
import {
  type GlobalOptions,
  globalOptions,
  imageIndexOption,
  readGlobalOptions,
  undocumentedOptions,
} from './global-options.ts';
import { findOption, OptionValues } from './option-values.ts';

/** A command with its options. */
export interface DismInvocation {
  readonly command: DismCommand;
  readonly values: OptionValues;
}

/** A line that asks for something to be done. */
export interface DismLine {
  readonly globals: GlobalOptions;
  /** One, or several commands of a group. */
  readonly invocations: readonly DismInvocation[];
}

/** A line that asks for help: on a command, or on what there is for an image (`servicing`) or without one. */
export interface DismHelp {
  readonly help: true;
  readonly topic: DismCommand | undefined;
  readonly servicing: boolean;
}

const byName = new Map(allCommands.map((command) => [command.name.toLowerCase(), command]));
const isHelp = ({ name }: DismArgument): boolean => name === '?' || name.toLowerCase() === 'get-help';

/** The command of a name, in any letter case. */
export function findDismCommand(name: string): DismCommand | undefined {
  return byName.get(name.toLowerCase());
}

function checkScope(command: DismCommand, { image, online }: GlobalOptions): void {
  const { scope } = command;
  const shown = `/${command.name}`;
  if (scope === 'unknown' || (scope === 'imageOrOnline' && (image !== undefined || online))) return;
  if (scope === 'none') {
    if (image === undefined && !online) return;
    throw wrongLine(
      `The ${command.name.toLowerCase()} option is not recognized in this context: ${shown} takes neither /Image nor /Online.`,
    );
  }
  if (image === undefined && !online) {
    const missing = scope === 'image' ? '/Image' : scope === 'online' ? '/Online' : '/Image or /Online';
    throw wrongLine(`The ${command.name.toLowerCase()} option is unknown.\n${shown} needs the ${missing} option.`);
  }
  if (scope === 'image' && online) {
    throw new CommandLineError(win32.notSupported, `${shown} needs an offline image: use /Image instead of /Online.`);
  }
  if (scope === 'online' && image !== undefined) {
    throw new CommandLineError(
      win32.notSupported,
      `${shown} works on a running Windows only, not on an offline image.`,
    );
  }
}

function checkOptions({ command, values }: DismInvocation): void {
  const shown = (names: readonly string[]): string => names.map((name) => `/${name}`).join(', ');
  for (const { name, required } of command.options ?? []) {
    if (required && !values.has(name)) {
      const isOperand = command.operandOnly && command.operand === name;
      throw wrongLine(
        isOperand
          ? `The ${command.name.toLowerCase()} option is missing a required argument.`
          : `The /${command.name} command is missing the required option /${name}.`,
      );
    }
  }
  for (const names of [...(command.exactlyOne ?? []), ...(command.atMostOne ?? [])]) {
    const given = names.filter((name) => values.has(name));
    if (given.length > 1) throw wrongLine(`The options ${shown(given)} cannot be used together.`);
  }
  for (const names of command.exactlyOne ?? []) {
    if (!names.some((name) => values.has(name))) {
      throw wrongLine(`The /${command.name} command is missing a required option: one of ${shown(names)}.`);
    }
  }
}

function checkTogether(invocations: readonly DismInvocation[]): void {
  const [first, second] = invocations;
  if (!first || !second) return;
  if (first.command.group !== undefined && invocations.every(({ command }) => command.group === first.command.group)) {
    if (new Set(invocations.map(({ command }) => command)).size === invocations.length) return;
    throw wrongLine('A command has been duplicated on the command-line.');
  }
  throw wrongLine(
    `Only one command can be used on a line, and this has /${first.command.name} and /${second.command.name}.`,
  );
}

function takeOption(argument: DismArgument, globals: OptionValues, invocations: readonly DismInvocation[]): void {
  const { name } = argument;
  const global = findOption(globalOptions, name);
  if (global) {
    globals.add(global, argument);
    return;
  }
  const undocumented = undocumentedOptions.find((option) => option.toLowerCase() === name.toLowerCase());
  if (undocumented !== undefined) {
    throw new CommandLineError(win32.notSupported, `The /${undocumented} option is not supported by OpenDISM.`);
  }
  let taken = false;
  for (const { command, values } of invocations) {
    const option = findOption(command.options ?? [], name);
    if (option && !(command.operandOnly && option.name === command.operand)) {
      values.add(option, argument);
      taken = true;
    } else if (command.anyOption) taken = true;
  }
  if (taken) return;
  if (name.toLowerCase() === 'index' && invocations.some(({ command }) => /^image/.test(command.scope))) {
    globals.add(imageIndexOption, argument);
    return;
  }
  const known = allCommands.some(({ options }) => findOption(options ?? [], name));
  throw wrongLine(
    known && invocations.length > 0
      ? `The ${name.toLowerCase()} option is not recognized in this context.`
      : `The ${name.toLowerCase()} option is unknown.`,
  );
}

/** Reads a command line. Throws CommandLineError: nothing of it is done. */
export function parseDismLine(args: readonly string[]): DismLine | DismHelp {
  const all = args.map(parseArgument);
  const commandOf = ({ name }: DismArgument): DismCommand | undefined => findDismCommand(name);
  if (all.length === 0 || all.some(isHelp)) {
    // `/Get-Help:Get-ImageInfo` names its topic, too.
    const named = all.filter(isHelp).map(({ value }) => findDismCommand(value?.replace(/^[/-]/, '') ?? ''));
    return {
      help: true,
      topic: [...all.map(commandOf), ...named].find((command) => command !== undefined),
      servicing: all.some(({ name }) => /^(image|online)$/i.test(name)),
    };
  }
  const invocations: DismInvocation[] = [];
  for (const argument of all) {
    const command = commandOf(argument);
    if (!command) continue;
    const values = new OptionValues();
    const operand = command.options?.find(({ name }) => name === command.operand);
    if (argument.value !== undefined) {
      if (!operand) throw wrongLine(`The ${argument.name.toLowerCase()} option does not take an argument.`);
      values.add(operand, argument);
    }
    invocations.push({ command, values });
  }
  const globalValues = new OptionValues();
  for (const argument of all) if (!commandOf(argument)) takeOption(argument, globalValues, invocations);
  checkTogether(invocations);
  const globals = readGlobalOptions(globalValues);
  if (invocations.length === 0) {
    throw new CommandLineError(
      win32.incompleteLine,
      'The command-line is missing a required servicing command.\nFor more information, refer to the help by running DISM.exe /?.',
    );
  }
  for (const invocation of invocations) {
    checkScope(invocation.command, globals);
    checkOptions(invocation);
  }
  return { globals, invocations };
}
