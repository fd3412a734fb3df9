// Programs of others that judge our work: tests that need one are skipped visibly where it is missing, and fail there
// when OPENDISM_REQUIRE_JUDGES says that all must be present.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';
import { type CommandResult, runProgram } from './run-command.ts';

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, program)));
}

/** A `describe` that needs these programs. */
export function describeWithJudges(programs: readonly string[], name: string, body: () => void): void {
  const missing = programs.filter((program) => !isInstalled(program));
  if (missing.length === 0) {
    describe(name, body);
    return;
  }
  const reason = `${missing.join(', ')} not installed`;
  if (process.env.OPENDISM_REQUIRE_JUDGES === '1') {
    it(`${name} (${reason})`, () => {
      throw new Error(`OPENDISM_REQUIRE_JUDGES is set, but: ${reason}`);
    });
  } else describe.skip(`${name} (${reason})`, body);
}

/** A `describe` over real files below a folder of OPENDISM_CORPUS. */
export function describeWithCorpus(folder: string, name: string, body: (root: string) => void): void {
  const corpus = process.env.OPENDISM_CORPUS;
  const root = join(corpus ?? '', folder);
  if (corpus !== undefined && corpus !== '' && existsSync(root)) describe(name, () => body(root));
  else describe.skip(`${name} (OPENDISM_CORPUS is not set)`, () => it('reads real files', () => {}));
}

/** Runs a judge; a status other than 0 throws with what it printed. */
export async function judge(program: string, ...args: readonly string[]): Promise<CommandResult> {
  const result = await runProgram(program, args);
  if (result.code !== 0) {
    throw new Error(`${program} ${args.join(' ')} ended with ${result.code}:\n${result.stdout}${result.stderr}`);
  }
  return result;
}

/** Both judges of a whole image file. */
export async function acceptedByJudges(path: string): Promise<void> {
  await judge('wimlib-imagex', 'verify', path);
  await judge('7z', 't', path);
}

/** The version of a judge, for messages. */
export function versionOf(program: string): string {
  return spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0] ?? '';
}
