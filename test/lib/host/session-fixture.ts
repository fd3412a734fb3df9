// A session for tests: runs a script and gives what it wrote, as values and as messages.
import { cmdletList } from '../../../cmdlets/index.ts';
import { CommandTable } from '../../../lib/host/command-table.ts';
import type { ProgressRecord } from '../../../lib/host/context.ts';
import { FormatStream } from '../../../lib/host/format/format-stream.ts';
import type { Inquire } from '../../../lib/host/pipeline/inquire.ts';
import { Session } from '../../../lib/host/session.ts';
import { noLog } from '../../../lib/log/logger.ts';

export interface ScriptResult {
  readonly values: readonly unknown[];
  /** The output as the console shows it. */
  readonly text: string;
  readonly errors: readonly string[];
  /** What was thrown to the end, as text. */
  readonly thrown: string | undefined;
  readonly messages: readonly string[];
  readonly status: number | undefined;
}

/** What a test hears and answers beside messages. */
export interface FixtureOptions {
  readonly inquire?: Inquire;
  readonly progress?: (record: ProgressRecord) => void;
}

export function newSession(messages: string[] = [], errors: string[] = [], options: FixtureOptions = {}): Session {
  return new Session({
    commands: new CommandTable(cmdletList),
    streams: {
      error: (record) => void errors.push(String(record)),
      warning: (text) => void messages.push(`WARNING: ${text}`),
      verbose: (text) => void messages.push(`VERBOSE: ${text}`),
      debug: (text) => void messages.push(`DEBUG: ${text}`),
      information: (record) => void messages.push(String(record.MessageData)),
      progress: (_, record) => options.progress?.(record),
    },
    binaryOutput: { isTerminal: false, write: async () => {} },
    openLog: () => noLog,
    confirm: async () => {
      throw new Error('nobody to ask');
    },
    ...(options.inquire && { inquire: options.inquire }),
    showOutput: (value) => void messages.push(`HOST: ${String(value)}`),
    environmentVariables: { HOME: '/home/user', TEST_VALUE: 'from environment', PATH: '/usr/bin:/bin' },
  });
}

export async function runScript(script: string, session?: Session): Promise<ScriptResult> {
  const messages: string[] = [];
  const errors: string[] = [];
  const own = session ?? newSession(messages, errors);
  const values: unknown[] = [];
  const lines: string[] = [];
  const format = new FormatStream({ width: 80, color: false }, (line) => void lines.push(line));
  let thrown: string | undefined;
  let status: number | undefined;
  try {
    status = await own.run(
      script,
      (value) => {
        values.push(value);
        return format.write(value);
      },
      new AbortController().signal,
    );
  } catch (error) {
    thrown = error instanceof Error ? error.message : String(error);
  }
  await format.end();
  return { values, text: lines.join('\n'), errors, thrown, messages, status };
}
