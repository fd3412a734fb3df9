// A whole DISM.exe command line: its command, the options of that command, the global ones. Their order means nothing,
// except among the values of an option that repeats.

import type { DismCommand, DismOption } from './command.ts';
import { type DismArgument, parseArgument } from './command-line.ts';
import {
  CommandLineError,
  missingArgument,
  unknownOption,
  win32,
  wrongContext,
  wrongLine,
} from './command-line-error.ts';
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

/** A line that asks for help: on a command, on an option, or on what there is for an image or without one. */
export interface DismHelp {
  readonly help: true;
  readonly topic: DismCommand | DismOption | undefined;
  /** Of the line, what names the image. */
  readonly globals: GlobalOptions;
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
    throw wrongLine(`The /${image === undefined ? 'Online' : 'Image'} option cannot be used in this context.`);
  }
  if (image === undefined && !online) {
    const missing = scope === 'image' ? '/Image' : scope === 'online' ? '/Online' : '/Image or /Online';
    const sentence = `The ${command.name.toLowerCase()} option is unknown.`;
    throw wrongLine(
      sentence,
      `${shown} needs ${missing}. For more information, refer to the help by running DISM.exe /?.`,
    );
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
      if (isOperand) throw missingArgument(command.name);
      throw wrongLine(`The /${command.name} command is missing the required option /${name}.`);
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
    throw wrongLine(
      'A command has been duplicated on the command-line.',
      'Remove the duplicate option and try the command again.',
    );
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
  throw known && invocations.length > 0 ? wrongContext(name) : unknownOption(name);
}

/** What help is wanted on. Throws error 87 for a topic that is none. */
function parseHelp(all: readonly DismArgument[]): DismHelp {
  const values = new OptionValues();
  const topics: (DismCommand | DismOption)[] = [];
  for (const argument of all) {
    // `/Get-Help:Get-ImageInfo` names its topic, too.
    const name = isHelp(argument) ? argument.value?.replace(/^[/-]/, '') : argument.name;
    if (name === undefined || name === '') continue;
    const option = findOption([...globalOptions, imageIndexOption], name);
    const own = allCommands.flatMap(({ options }) => findOption(options ?? [], name) ?? [])[0];
    const topic = findDismCommand(name) ?? option ?? own;
    if (option !== undefined && argument.value !== undefined && !isHelp(argument)) values.add(option, argument);
    else if (option?.name === 'Online' || option?.name === 'English') values.add(option, argument);
    else if (topic !== undefined) topics.push(topic);
    else throw wrongLine(`No help topic could be found for the ${name.toLowerCase()} option.`);
  }
  const command = topics.find((topic) => 'scope' in topic);
  return { help: true, topic: command ?? topics[0], globals: readGlobalOptions(values) };
}

/** Reads a command line. Throws CommandLineError: nothing of it is done. */
export function parseDismLine(args: readonly string[]): DismLine | DismHelp {
  const all = args.map(parseArgument);
  const commandOf = ({ name }: DismArgument): DismCommand | undefined => findDismCommand(name);
  if (all.length === 0 || all.some(isHelp)) return parseHelp(all);
  const invocations: DismInvocation[] = [];
  for (const argument of all) {
    const command = commandOf(argument);
    if (!command) continue;
    const values = new OptionValues();
    const operand = command.options?.find(({ name }) => name === command.operand);
    if (argument.value !== undefined) {
      if (!operand) {
        throw wrongLine(
          `The ${argument.name.toLowerCase()} option does not take an argument.`,
          'Remove the argument and run DISM again.',
        );
      }
      values.add(operand, argument);
    }
    invocations.push({ command, values });
  }
  const globalValues = new OptionValues();
  for (const argument of all) if (!commandOf(argument)) takeOption(argument, globalValues, invocations);
  checkTogether(invocations);
  const globals = readGlobalOptions(globalValues);
  if (invocations.length === 0) {
    const target = globals.online ? '/Online ' : globals.image === undefined ? '' : '/Image:<path_to_offline_image> ';
    throw new CommandLineError(
      win32.incompleteLine,
      `The command-line is missing a required servicing command.\nFor more information, refer to the help by running DISM.exe ${target}/?.`,
    );
  }
  for (const invocation of invocations) {
    checkScope(invocation.command, globals);
    checkOptions(invocation);
  }
  return { globals, invocations };
}
