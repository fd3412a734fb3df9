// Runs DISM command lines inside the test process, on the real cmdlets or on stand-ins that yield given records.
import { type DismHost, runDism } from '../../cmdlets/dism-exe/run-dism.ts';
import { cmdletList } from '../../cmdlets/index.ts';
import { type CmdletOutput, defineCmdlet } from '../../lib/host/cmdlet.ts';
import { type CmdletList, CommandTable } from '../../lib/host/command-table.ts';
import type { CmdletContext } from '../../lib/host/context.ts';
import {
  enumeration,
  type ParameterDeclarations,
  path,
  string,
  switchParameter,
  uint32,
} from '../../lib/host/parameter.ts';

/** What a line came to. */
export interface DismOutcome {
  readonly code: number;
  readonly output: string;
  readonly warnings: string;
}

const property = { help: 'A value.', pipeline: 'property' } as const;

/** The parameters of the cmdlets that service an image. */
export const servicing = {
  Path: path({ ...property, mandatory: true, sets: ['Offline'] }),
  Online: switchParameter({ ...property, mandatory: true, sets: ['Online'] }),
  ImagePath: path({ ...property, mandatory: true, sets: ['OfflineImageFile'] }),
  Index: uint32.array({ ...property, sets: ['OfflineImageFile'] }),
  WindowsDirectory: string(property),
  SystemDrive: path(property),
  LogPath: path(property),
  LogLevel: enumeration(['Errors', 'Warnings', 'WarningsInfo'], property),
  ScratchDirectory: path(property),
};

/** What a stand-in was called with: one entry for each record that was bound. */
export type Calls = Record<string, unknown>[];

/** Stands in for a cmdlet of Microsoft that another part of the project provides. */
export function standIn(
  name: string,
  parameters: ParameterDeclarations,
  give: (parameters: Record<string, unknown>, context: CmdletContext) => readonly object[],
  calls: Calls = [],
): CmdletList {
  const cmdlet = defineCmdlet({
    name,
    synopsis: 'Stands in for a cmdlet.',
    impact: 'none',
    parameters: { ...servicing, ...parameters },
    examples: [],
    process(p, context): CmdletOutput<object> {
      calls.push({ ...p });
      return give(p, context);
    },
  });
  return { cmdlets: { [name]: async () => ({ default: cmdlet }) }, aliases: {} };
}

/** Runs a line. The log goes nowhere unless the line has /LogPath. */
export async function runLine(
  line: string | readonly string[],
  commands: CmdletList = cmdletList,
  host: Partial<DismHost> = {},
): Promise<DismOutcome> {
  let output = '';
  let warnings = '';
  const code = await runDism(line, {
    commands: new CommandTable(commands),
    write: (text) => {
      output += text;
    },
    warn: (text) => {
      warnings += text;
    },
    isTerminal: false,
    lineEnd: '\n',
    signal: new AbortController().signal,
    cwd: process.cwd(),
    version: '1.2.3',
    platform: 'linux',
    ...host,
  });
  return { code, output, warnings };
}
