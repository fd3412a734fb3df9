// Programs of the machine in pipelines: text in, lines out, their status, their end.
import { describe, expect, it } from 'vitest';
import { textOf } from '../../../lib/host/value/text.ts';
import { newSession, runScript } from './session-fixture.ts';

const cases: readonly (readonly [script: string, output: string])[] = [
  ['& /bin/echo hi', 'hi'],
  ['/bin/echo a   "b  c"', 'a b  c'],
  ["'a', 'b', 'c' | wc -l | ForEach-Object Trim", '3'],
  ['"x`ny" | wc -l | ForEach-Object Trim', '2'],
  ["'b', 'a' | /usr/bin/sort | ForEach-Object { \"<$_>\" }", '<a>|<b>'],
  ['(seq 5).Count', '5'],
  ['$lines = seq 3; $lines[-1]', '3'],
  ['seq 10 | Select-Object -Last 1', '10'],
  ['seq 1000000 | Select-Object -First 2', '1|2'],
  ['1..1000 | /bin/cat | /bin/cat | Measure-Object | ForEach-Object Count', '1000'],
  ['1..100000 | head -n 1', '1'],
  ['false; $?; $LASTEXITCODE', 'False|1'],
  ['true; $?; $LASTEXITCODE', 'True|0'],
  ['sh -c "exit 5"; $LASTEXITCODE', '5'],
  ["sh -c 'kill -9 $$'; $LASTEXITCODE", '137'],
  ['true && "and"; false || "or"', 'and|or'],
  ['printf "%s|" a 010 1KB -x:y "b c" -o"q r" --long=1 (1, 2) @() $null', 'a|010|1KB|-x:y|b c|-oq r|--long=1|1|2|'],
  ['$list = "a", "b c"; printf "%s|" @list $list', 'a|b c|a|b c|'],
  ["printf '%s|' '$x' '*' ';'", '$x|*|;|'],
  ['$env:TEST_VALUE = "changed"; sh -c \'echo $TEST_VALUE\'', 'changed'],
  ["sh -c 'echo out; echo err >&2' 2>$null", 'out'],
  ["sh -c 'echo err >&2' 2>&1 | ForEach-Object { $_.GetType().Name }", 'ErrorRecord'],
  ['[pscustomobject]@{ A = 1 } | grep -c A', '1'],
  ["printf 'no end'", 'no end'],
  ["printf 'crlf\\r\\nb'", 'crlf|b'],
  ["printf '\\303\\244'", 'ä'],
];

describe.skipIf(process.platform === 'win32')('programs', () => {
  it.each(cases)('%s', async (script, output) => {
    const { values, errors, thrown } = await runScript(script);
    const text = values.map((value) => textOf(value)).join('|');
    expect({ text, errors, thrown }).toEqual({ text: output, errors: [], thrown: undefined });
  });

  it('standard error is shown as a message, not as an error', async () => {
    const { values, messages, errors } = await runScript("sh -c 'echo seen >&2; echo out'");
    expect({ values, messages, errors }).toEqual({ values: ['out'], messages: ['seen'], errors: [] });
  });

  it('cmdlets and functions come before programs, and what is neither is an error', async () => {
    expect((await runScript('sleep 0; function seq { "mine" }; seq 3')).values).toEqual(['mine']);
    expect((await runScript('try { no-such-program } catch { $_.FullyQualifiedErrorId }')).values).toEqual([
      'CommandNotFoundException',
    ]);
  });

  it('a stopped pipeline ends the program', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const running = newSession().run('/bin/sleep 60', () => {}, controller.signal);
    await expect(running).rejects.toMatchObject({ Symbol: 'Cancelled' });
  });

  it('runs where the session stands', async () => {
    const session = newSession();
    session.setLocation('/usr');
    expect((await runScript('/bin/pwd', session)).values).toEqual(['/usr']);
  });
});
