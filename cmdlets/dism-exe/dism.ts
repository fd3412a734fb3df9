// The dism command for TypeScript callers: a line in, its text and code out.
import { CommandTable } from '../../lib/host/command-table.ts';
import { cmdletList } from '../index.ts';
import { packageVersion } from './package-version.ts';
import { runDism } from './run-dism.ts';

/** What a line came to. */
export interface DismResult {
  /** 0, 3010 (done, restart needed), a Win32 code, or an HRESULT. Unsigned. */
  readonly ExitCode: number;
  /** What the command prints. */
  readonly Output: string;
  /** What was left out, one warning a line. */
  readonly Warnings: string;
}

/** What a caller may decide. */
export interface DismCallOptions {
  readonly signal?: AbortSignal;
  readonly cwd?: string;
  /** Receives the output as it comes. */
  readonly onOutput?: (text: string) => void;
}

/**
 * Runs a DISM.exe command line: `await dism('/English /Get-ImageInfo /ImageFile:"my images.wim"')`, or the arguments one by
 * one. Does not throw: a failure is a code and text. What `line` names, the line can read and write.
 */
export async function dism(line: string | readonly string[], options: DismCallOptions = {}): Promise<DismResult> {
  const output: string[] = [];
  const warnings: string[] = [];
  const code = await runDism(line, {
    commands: new CommandTable(cmdletList),
    write: (text) => {
      output.push(text);
      options.onOutput?.(text);
    },
    warn: (text) => void warnings.push(text),
    isTerminal: false,
    lineEnd: '\n',
    signal: options.signal ?? new AbortController().signal,
    cwd: options.cwd ?? process.cwd(),
    version: packageVersion(),
    platform: process.platform,
  });
  return { ExitCode: code, Output: output.join(''), Warnings: warnings.join('') };
}
