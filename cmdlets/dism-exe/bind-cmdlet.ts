// From a command with its options to the parameters of the cmdlet that serves it.
import type { CmdletDefinition } from '../../lib/host/cmdlet.ts';
import type { DismOption } from './command.ts';
import { CommandLineError, win32 } from './command-line-error.ts';
import type { DismInvocation } from './dism-line.ts';
import type { GlobalOptions } from './global-options.ts';
import { hostPath } from './host-path.ts';
import { type LineTarget, targetParameters } from './line-target.ts';

/** What a cmdlet is called with. */
export interface CmdletInput {
  readonly parameters: Readonly<Record<string, unknown>>;
  /**
   * Records for the pipeline, one for each value of an option that repeats but fills a parameter of one value: all of
   * them are one run of the cmdlet, so one session and one commit.
   */
  readonly records: readonly Readonly<Record<string, unknown>>[] | undefined;
}

const logLevels = [undefined, 'Errors', 'Warnings', 'WarningsInfo', undefined];

function convertText(option: DismOption, text: string, resolve: (path: string) => string): unknown {
  switch (option.kind) {
    case 'flag':
      return option.value ?? true;
    case 'number':
      return Number(text);
    case 'choice':
      return option.words?.[text.toLowerCase()];
    case 'path':
    case 'pattern':
      return hostPath(text, resolve);
    default:
      return text;
  }
}

/** What holds for every cmdlet that has the parameter. */
function sharedParameters(globals: GlobalOptions, resolve: (path: string) => string): Record<string, unknown> {
  return {
    LogPath: globals.logPath,
    LogLevel: logLevels[globals.logLevel],
    ScratchDirectory: globals.scratchDirectory && hostPath(globals.scratchDirectory, resolve),
    NoRestart: globals.noRestart || undefined,
    WindowsDirectory: globals.windowsDirectory,
    SystemDrive: globals.systemDrive && hostPath(globals.systemDrive, resolve),
  };
}

/**
 * Fills the parameters of a cmdlet. `resolve` makes a path absolute.
 * Throws CommandLineError 50 for an option that no parameter stands for.
 */
export function bindCmdlet(
  { command, values }: DismInvocation,
  globals: GlobalOptions,
  target: LineTarget,
  definition: CmdletDefinition,
  resolve: (path: string) => string,
): CmdletInput {
  const parameters: Record<string, unknown> = {
    ...targetParameters(target, definition),
    ...command.fixed,
  };
  let records: CmdletInput['records'];
  for (const option of command.options ?? []) {
    const given = values.all(option.name).map((text) => convertText(option, text, resolve));
    if (given.length === 0) continue;
    const { parameter } = option;
    if (parameter === undefined) {
      throw new CommandLineError(
        win32.notSupported,
        `The /${option.name} option of /${command.name} is not supported by OpenDISM.`,
      );
    }
    if (definition.parameters[parameter]?.isArray) parameters[parameter] = given;
    else if (given.length === 1) parameters[parameter] = given[0];
    else records = given.map((value) => ({ [parameter]: value }));
  }
  for (const [name, value] of Object.entries(sharedParameters(globals, resolve))) {
    if (value !== undefined && Object.hasOwn(definition.parameters, name)) parameters[name] = value;
  }
  return { parameters, records };
}
