// Mutated scripts, run: whatever they say, the host answers with values or with its own errors, at a place that exists,
// and comes to an end. The mutations are the same each time; OPENDISM_FUZZ_ROUNDS=10000 runs more of them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { cmdletList } from '../../../../cmdlets/index.ts';
import { isDismError } from '../../../../lib/base/error.ts';
import { CommandTable } from '../../../../lib/host/command-table.ts';
import { ErrorRecord } from '../../../../lib/host/error-record.ts';
import { PipelineStopped } from '../../../../lib/host/host-error.ts';
import { ParseError } from '../../../../lib/host/language/scanner.ts';
import { Session } from '../../../../lib/host/session.ts';
import { noLog } from '../../../../lib/log/logger.ts';

const seeds = [
  '$a = 1, 2, 3; $a[-1] += 4; "$a $($a.Count)"',
  'for ($i = 0; $i -lt 3; $i++) { if ($i -eq 1) { continue }; "x$i" }',
  'foreach ($x in @{ a = 1; b = 2 }.Keys) { switch -Regex ($x) { "a" { $Matches[0] } default { break } } }',
  'function f { param([int]$n = 2, [switch]$s) process { $_ * $n } }; 1..3 | f -n 4',
  'try { throw "x" } catch [DivideByZeroException] { 1 } catch { $_.Exception.Message } finally { "f" }',
  '"{0:N2} {1,-5}|" -f 1234.5, "ab"; "a-b-c" -split "-", 2 -join "+"',
  '1..5 | Where-Object { $_ % 2 } | ForEach-Object { $_ * 2 } | Measure-Object -Sum | Select-Object Sum',
  '$o = [pscustomobject]@{ A = 1; B = @{ c = 5 } }; $o.B.c++; $o | Select-Object A, @{ n = "D"; e = { $_.B.c } }',
  '@"\nhere $(1 + 1) $env:X\n"@ -replace "(\\d)", \'<$1>\'',
  '[datetime]"2024-05-06" -gt "2024-01-01" -and [int]"7" -band 3; [math]::Max(1, 2KB)',
  '& { param($p) $args; $p } 1 2 3 2>&1; . { $y = 5 } *>$null; $y ?? "none"',
  '$i = 0; do { $i++ } until ($i -ge 3); while ($i) { $i-- }; $i',
  ':outer foreach ($a in 1..3) { foreach ($b in 1..3) { if ($b -eq 2) { continue outer }; "$a$b" } }',
  '"abc".Substring(1).ToUpper()[0]; "x" * 3; (1, (2, 3))[1][0]; , (1, 2) | Group-Object | Sort-Object Count',
  '[CmdletBinding()] param($q = (1 + 1)) $q; $PSCmdlet.MyInvocation.BoundParameters.Count; return 3',
];
const pieces =
  '$ ( ) { } @ " \' ` | ; , - [ ] # .. $( @{ @( & > >> 2>&1 : :: = += ++ ! -eq -f -is . ?. ?? % * / 0 -1 1e99 9 $_ $null $true if break return throw function'
    .split(' ')
    .concat('\n', ' ', '@"\n', '\n"@');
/** Only what leaves the machine alone. */
const cmdlets = 'Where-Object ForEach-Object Measure-Object Select-Object Group-Object Sort-Object Write-Output'.split(
  ' ',
);

const scratch = mkdtempSync(join(tmpdir(), 'opendism-fuzz-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** More of them on request. */
const rounds = Number(process.env.OPENDISM_FUZZ_ROUNDS ?? 500);
let state = 2024;
function random(below: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return (state >>> 8) % below;
}

function mutated(): string {
  let text = seeds[random(seeds.length)]!;
  if (random(4) === 0) text = `${text}; ${seeds[random(seeds.length)]}`;
  for (let edits = 1 + random(3); edits > 0; edits--) {
    const at = random(text.length + 1);
    text = text.slice(0, at) + (random(4) === 0 ? '' : pieces[random(pieces.length)]) + text.slice(at + random(4));
  }
  return text;
}

/** What is wrong with an error as an answer to a script; nothing, most of the time. */
function faultOf(record: ErrorRecord, script: string): string | undefined {
  const { thrown, InvocationInfo } = record;
  if (!isDismError(thrown)) return `not one of ours: ${thrown instanceof Error ? thrown.stack : String(thrown)}`;
  if (thrown.Symbol === 'Internal' && /undefined|not a function|Cannot read prop/.test(thrown.message))
    return thrown.message;
  const lines = script.split('\n');
  const [line, column] =
    thrown instanceof ParseError
      ? [thrown.line, thrown.column]
      : [InvocationInfo?.ScriptLineNumber ?? 1, InvocationInfo?.OffsetInLine ?? 1];
  const length = lines[line - 1]?.length;
  return length === undefined || column < 1 || column > length + 1 ? `no such place: ${line}:${column}` : undefined;
}

it('mutated scripts end in values or in errors of the host', { timeout: 3_600_000 }, async () => {
  const faults: string[] = [];
  let ran = 0;
  for (let round = 0; round < rounds; round++) {
    const script = mutated();
    const note = (record: ErrorRecord): void => {
      const fault = faultOf(record, script);
      if (fault !== undefined) faults.push(`${JSON.stringify(script)}: ${fault}`);
    };
    const session = new Session({
      commands: new CommandTable({
        cmdlets: Object.fromEntries(cmdlets.map((name) => [name, cmdletList.cmdlets[name]!])),
        aliases: {},
      }),
      streams: { error: note, warning() {}, verbose() {}, debug() {}, information() {}, progress() {} },
      binaryOutput: { isTerminal: false, write: async () => {} },
      openLog: () => noLog,
      confirm: async () => 'no',
      cwd: scratch,
      environmentVariables: {},
    });
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), 100);
    let values = 0;
    try {
      // A script that never ends on its own is stopped by the signal, or here.
      await session.run(script, () => void (++values > 2000 && controller.abort()), controller.signal);
      ran++;
    } catch (thrown) {
      if (!(thrown instanceof PipelineStopped)) note(ErrorRecord.from(thrown));
    } finally {
      clearTimeout(timer);
      await session.close();
    }
  }
  expect(faults).toEqual([]);
  expect(ran).toBeGreaterThan(rounds / 5);
});
