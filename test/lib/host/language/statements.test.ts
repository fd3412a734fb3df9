// Statements, functions, errors and redirections as PowerShell 7 runs them.
import { describe, expect, it } from 'vitest';
import { textOf } from '../../../../lib/host/value/text.ts';
import { runScript } from '../session-fixture.ts';

const cases: Readonly<Record<string, readonly (readonly [script: string, output: string])[]>> = {
  'control flow': [
    ['if (1 -gt 2) { "a" } elseif (2 -gt 1) { "b" } else { "c" }', 'b'],
    ['if ("") { 1 } else { 2 }', '2'],
    ['for ($i = 0; $i -lt 3; $i++) { $i }', '0|1|2'],
    ['foreach ($x in 1..4) { if ($x -eq 2) { continue }; if ($x -eq 4) { break }; $x }', '1|3'],
    ['$i = 0; while ($true) { $i++; if ($i -ge 3) { break } }; $i', '3'],
    ['$i = 0; do { $i++ } while ($i -lt 5); $i', '5'],
    ['$i = 0; do { $i++ } until ($i -ge 5); $i', '5'],
    [':outer foreach ($a in 1..3) { foreach ($b in 1..3) { if ($b -eq 2) { continue outer }; "$a$b" } }', '11|21|31'],
    ['switch (2) { 1 { "one" } 2 { "two" } default { "other" } }', 'two'],
    ['switch ("b") { "a" { 1 } "B" { 2 } }', '2'],
    ['switch (9) { 1 { "one" } default { "other" } }', 'other'],
    ['switch -Wildcard ("file.wim") { "*.wim" { "image" } "file*" { "file" } }', 'image|file'],
    ['switch -Regex ("a1") { "^\\d" { "digit" } "\\d$" { "ends" } }', 'ends'],
    ['switch (1, 2, 3) { 2 { "two"; break } default { "d$_" } }', 'd1|two'],
    ['switch (5) { { $_ -gt 3 } { "big" } }', 'big'],
    ['foreach ($x in @()) { "never" }', ''],
    ['foreach ($x in $null) { "never" }', ''],
    ['1..3 | ForEach-Object { $_ } # comment', '1|2|3'],
    ['<# block\ncomment #> 5', '5'],
    ['1 +\n2', '3'],
    ['"a",\n"b"', 'a|b'],
    ['1..3 |\n  Where-Object { $_ -gt 1 }', '2|3'],
    ['1..3\n| Where-Object { $_ -gt 2 }', '3'],
    ['Write-Output a `\n b', 'a|b'],
    ['"x"; "y"', 'x|y'],
    ['$true && "yes"', 'True|yes'],
    ['Write-Error x -ea Ignore; "on"', 'on'],
  ],
  functions: [
    ['function f { "called" }; f', 'called'],
    ['function add($a, $b) { $a + $b }; add 2 3', '5'],
    ['function add { param([int]$a, [int]$b = 10) $a + $b }; add 5; add -b 1 -a 2', '15|3'],
    ['function f { $args[0]; $args.Count }; f x y z', 'x|3'],
    ['function f { return 1; 2 }; f', '1'],
    ['function f { 1; return 2 }; f', '1|2'],
    ['function f { begin { "b" } process { "p$_" } end { "e" } }; 1..2 | f', 'b|p1|p2|e'],
    ['filter double { $_ * 2 }; 1..3 | double', '2|4|6'],
    ['function f { $input }; 1..3 | f', '1|2|3'],
    ['function f([switch]$On) { "$On" }; f; f -On; f -On:$false', 'False|True|False'],
    ['function f { [CmdletBinding()] param([Parameter(Mandatory)][string]$Name) "hi $Name" }; f -Name x', 'hi x'],
    [
      'function f { [CmdletBinding()] param([Parameter(ValueFromPipeline)]$X) process { "<$X>" } }; 1, 2 | f',
      '<1>|<2>',
    ],
    [
      'function f { param([Parameter(ValueFromPipelineByPropertyName)]$A) process { $A } }; [pscustomobject]@{A=7} | f',
      '7',
    ],
    ['function f { param([Alias("n")]$Name) $Name }; f -n 4', '4'],
    ['function fact($n) { if ($n -le 1) { 1 } else { $n * (fact ($n - 1)) } }; fact 10', '3628800'],
    ['$x = 1; function f { $x = 2; $x }; f; $x', '2|1'],
    ['$x = 1; function f { $script:x = 5 }; f; $x', '5'],
    ['$x = 1; function f { $x }; f', '1'],
    ['$sb = { param($a) "got $a" }; & $sb 5', 'got 5'],
    ['& { $y = 3 }; "$y"', ''],
    ['. { $y = 3 }; "$y"', '3'],
    ['& "Write-Output" hi', 'hi'],
    ['$c = "Write-Output"; & $c dyn', 'dyn'],
    ['$p = @{ InputObject = "splat" }; Write-Output @p', 'splat'],
    ['function f($a, $b) { "$a$b" }; $l = 1, 2; f @l', '12'],
    ['{ 1 + 1 }.Invoke()', '2'],
    ['function f { param($a) $PSBoundParameters.Keys }; f -a 1', 'a'],
    ['function f([int[]]$n) { $n.Count }; f 1,2,3', '3'],
    ['1..3 | ForEach-Object -Begin { $s = 0 } -Process { $s += $_ } -End { $s }', '6'],
    ['1..3 | % { $sum += $_ }; $sum', '6'],
    ['1..2 | % { $o = $_; 1..2 | % { "$o$_" } }', '11|12|21|22'],
  ],
  errors: [
    ['try { throw "x" } catch { "c:$_" }', 'c:x'],
    ['try { 1/0 } catch { $_.Exception.Message }', 'Attempted to divide by zero.'],
    ['try { "ok" } finally { "f" }', 'ok|f'],
    ['try { try { throw "in" } finally { "f" } } catch { "out $_" }', 'f|out in'],
    ['try { Write-Error "soft" } catch { "never" }', ''],
    ['try { Write-Error "hard" -ErrorAction Stop } catch { "got $_" }', 'got hard'],
    ['$ErrorActionPreference = "Stop"; try { Write-Error "p" } catch { "pref $_" }', 'pref p'],
    ['try { No-Such } catch { $_.FullyQualifiedErrorId }', 'CommandNotFoundException'],
    ['try { 1/0 } catch [System.DivideByZeroException] { "typed" } catch { "any" }', 'typed'],
    ['try { throw "s" } catch [System.DivideByZeroException] { "typed" } catch { "any" }', 'any'],
    ['try { throw @{ code = 5 } } catch { $_.TargetObject.code }', '5'],
    ['Write-Error e -ErrorAction SilentlyContinue; $Error[0].Exception.Message', 'e'],
    ['Write-Error e -ErrorAction SilentlyContinue; $?', 'False'],
    ['"x" | Out-Null; $?', 'True'],
    ['Write-Error e -ErrorVariable ev -ErrorAction SilentlyContinue; $ev.Count', '1'],
    ['function f { try { return 1 } finally { "f" } }; f', '1|f'],
    ['foreach ($i in 1..2) { try { continue } finally { $i } }', '1|2'],
    ['try { function g { throw "deep" }; g } catch { "$_" }', 'deep'],
    ['Write-Output 1 -OutVariable o | Out-Null; $o', '1'],
    ['1..3 | Write-Output -PipelineVariable pv | % { "$pv$_" }', '11|22|33'],
    ['function f { [CmdletBinding()] param() Write-Verbose v }; f -Verbose 4>&1', 'v'],
    ['& { Write-Error e; "o" } 2>$null', 'o'],
    ['(& { Write-Error e; "o" } 2>&1).Count', '2'],
    ['Write-Warning w 3>&1', 'w'],
    ['& { "o"; Write-Warning w } *>&1', 'o|w'],
    ['exit 3; "never"', ''],
  ],
};

for (const [group, items] of Object.entries(cases)) {
  describe(`statements: ${group}`, () => {
    it.each(items)('%s', async (script, output) => {
      const { values, thrown } = await runScript(script);
      expect({ output: values.map((value) => textOf(value)).join('|'), thrown }).toEqual({ output, thrown: undefined });
    });
  });
}

describe('what the host reports', () => {
  it('a failing statement is reported and the script goes on', async () => {
    const { values, errors } = await runScript('1/0; "on"; Write-Error e; "end"');
    expect(values).toEqual(['on', 'end']);
    expect(errors).toHaveLength(2);
  });

  it('throw ends the script', async () => {
    const { values, thrown } = await runScript('"a"; throw "stop"; "b"');
    expect(values).toEqual(['a']);
    expect(thrown).toBe('stop');
  });

  it('exit gives its status', async () => {
    expect((await runScript('exit 7')).status).toBe(7);
  });

  it('names the near miss of a command and of a parameter', async () => {
    expect((await runScript('Get-Comand')).errors[0]).toContain("'Get-Command'");
    expect((await runScript('Sort-Object -Descnding')).errors[0]).toContain("'-Descending'");
  });

  it('Select-Object -First stops the source', async () => {
    const { values, messages } = await runScript(
      '1..1000000 | % { Write-Host "made $_"; $_ } | Select-Object -First 2',
    );
    expect(values).toEqual([1, 2]);
    expect(messages).toEqual(['made 1', 'made 2']);
  });

  it("records pass one by one, in PowerShell's order of effects", async () => {
    const { messages } = await runScript('1..2 | % { Write-Host "a$_"; $_ } | % { Write-Host "b$_" }');
    expect(messages).toEqual(['a1', 'b1', 'a2', 'b2']);
  });
});

const wrong: readonly (readonly [script: string, line: number, column: number])[] = [
  ['1 +', 1, 4],
  ['"open', 1, 1],
  ['if (1) { 2', 1, 8],
  ['foreach ($x of 1) {}', 1, 13],
  ['\n\n  )', 3, 3],
  ['1 2', 1, 3],
  ['@{ a = 1 b = 2 }', 1, 10],
  ['$x = ', 1, 6],
  ["'a' | 'b'", 1, 7],
  ['try { }', 1, 1],
  ['class A { }', 1, 1],
];

describe('parse errors', () => {
  it.each(wrong)('%s', async (script, line, column) => {
    const { parse } = await import('../../../../lib/host/language/parse.ts');
    const { ParseError } = await import('../../../../lib/host/language/scanner.ts');
    try {
      parse(script);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ParseError);
      expect({
        line: (error as InstanceType<typeof ParseError>).line,
        column: (error as InstanceType<typeof ParseError>).column,
      }).toEqual({ line, column });
    }
  });

  it('random and mutated scripts never crash or hang the parser', async () => {
    const { parse } = await import('../../../../lib/host/language/parse.ts');
    const { ParseError } = await import('../../../../lib/host/language/scanner.ts');
    const seeds = Object.values(cases)
      .flat()
      .map(([script]) => script);
    const pieces = [
      '$',
      '(',
      ')',
      '{',
      '}',
      '@',
      '"',
      "'",
      '`',
      '|',
      ';',
      ',',
      '-',
      '[',
      ']',
      '#',
      '<#',
      '..',
      '$(',
      '@{',
      '\n',
      ' ',
      '&',
      '>',
      '2>&1',
      ':',
      '::',
      '=',
      'if',
      '@"\n',
    ];
    let state = 12345;
    const random = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % below;
    };
    const started = performance.now();
    for (let round = 0; round < 6000; round++) {
      let text = seeds[random(seeds.length)]!;
      for (let edits = 1 + random(4); edits > 0; edits--) {
        const at = random(text.length + 1);
        text = text.slice(0, at) + pieces[random(pieces.length)] + text.slice(at + random(3));
      }
      try {
        parse(text);
      } catch (error) {
        if (!(error instanceof ParseError)) throw new Error(`${JSON.stringify(text)}: ${String(error)}`);
        expect(error.span!.start).toBeGreaterThanOrEqual(0);
        expect(error.span!.start).toBeLessThanOrEqual(text.length + 1);
      }
    }
    expect(performance.now() - started).toBeLessThan(20_000);
    for (const open of ['(', '{', '@(', '$(', '[', '@{a=', '!', '-', ',', '"$(', 'if(1){']) {
      expect(() => parse(open.repeat(50_000))).toThrow(ParseError);
    }
  });
});
