// The shell: lines run as they come, unfinished ones wait for more, completion knows what fits.
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { complete } from '../../../../lib/host/shell/complete.ts';
import { runShell } from '../../../../lib/host/shell/shell.ts';
import { newSession } from '../session-fixture.ts';

async function type(lines: string): Promise<{ values: unknown[]; errors: string[]; status: number }> {
  const values: unknown[] = [];
  const errors: string[] = [];
  const input = new PassThrough();
  input.end(lines);
  const status = await runShell({
    session: newSession(),
    input,
    output: new PassThrough().resume(),
    makeSink: () => ({ emit: (value) => void values.push(value), end: async () => {} }),
    showError: (record) => void errors.push(String(record)),
  });
  return { values, errors, status };
}

describe('shell', () => {
  it('runs lines, keeps variables, waits for unfinished ones, goes on after errors', async () => {
    const { values, errors, status } = await type(
      '$x = 5\n$x + 1\nif ($x) {\n"multi"\n}\nthrow "no"\n1 +* 2\n"after"\nexit 4\n"never"\n',
    );
    expect(values).toEqual([6, 'multi', 'after']);
    expect(errors).toHaveLength(2);
    expect(status).toBe(4);
  });
});

describe('completion', () => {
  const session = newSession();
  it.each([
    ['Where-O', ['Where-Object']],
    ['1..3 | measure-o', ['Measure-Object']],
    ['Sort-Object -Desc', ['-Descending']],
    ['ConvertTo-Csv -UseQuotes A', ['Always', 'AsNeeded']],
    ['Get-Content /et', ['/etc/']],
    ['$ErrorAct', ['$ErrorActionPreference']],
  ])('%s', async (line, words) => {
    expect((await complete(session, line)).words).toEqual(words);
  });
});
