// The utility cmdlets, as PowerShell 7's behave.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../../lib/host/value/text.ts';
import { newSession, runScript } from '../lib/host/session-fixture.ts';

const cases: readonly (readonly [script: string, output: string])[] = [
  ['1..5 | Where-Object { $_ % 2 }', '1|3|5'],
  ['"a", "bbb" | ? Length -gt 1', 'bbb'],
  ['"a", "", "b" | ? Length', 'a|b'],
  ['"apple", "Bob" | ? { $_ -clike "B*" }', 'Bob'],
  ['[pscustomobject]@{N="x"}, [pscustomobject]@{N="y"} | where N -eq Y | % N', 'y'],
  ['[pscustomobject]@{N="x"} | where N -in x, z | % N', 'x'],
  ['1..3 | % { $_; $_ * 10 }', '1|10|2|20|3|30'],
  ['"a" | % ToUpper', 'A'],
  ['"abc" | % Substring 1', 'bc'],
  ['1..10 | Select-Object -First 3', '1|2|3'],
  ['1..10 | Select-Object -Last 2', '9|10'],
  ['1..10 | Select-Object -Skip 8', '9|10'],
  ['1..10 | Select-Object -Skip 2 -First 2', '3|4'],
  ['1..5 | Select-Object -SkipLast 2', '1|2|3'],
  ['1..5 | Select-Object -Index 0, 3', '1|4'],
  ['1, 2, 2, 1 | Select-Object -Unique', '1|2'],
  ['"a", "A", "a" | Select-Object -Unique', 'a|A'],
  ['[pscustomobject]@{A=1;B=2} | Select-Object B', '@{B=2}'],
  ['[pscustomobject]@{A=1;B=2} | Select-Object * -ExcludeProperty A', '@{B=2}'],
  ['[pscustomobject]@{A=1;B=2} | select a, Missing', '@{A=1; Missing=}'],
  ['[pscustomobject]@{A=1,2} | Select-Object -ExpandProperty A', '1|2'],
  ['"abc" | Select-Object Length, @{n="U";e={$_.ToUpper()}}', '@{Length=3; U=ABC}'],
  ['([pscustomobject]@{A=1} | select A).GetType().Name', 'PSCustomObject'],
  ['3, 1, 2 | Sort-Object', '1|2|3'],
  ['"b", "A", "c" | sort', 'A|b|c'],
  ['10, 9, 2 | sort -Descending', '10|9|2'],
  ['"bb", "a", "cc" | sort Length', 'a|bb|cc'],
  ['"bb", "a", "cc" | sort @{e="Length";Descending=$true}, @{e={$_}}', 'bb|cc|a'],
  ['2, 1, 2 | sort -Unique', '1|2'],
  ['5, 3, 4 | sort -Top 2', '3|4'],
  ['1..4 | Measure-Object -Sum | % Sum', '10'],
  ['(1..4 | measure -Average).Average', '2.5'],
  ['(1..4 | measure).Count', '4'],
  ['("a b", "c" | measure -Word -Line -Character | % { "$($_.Lines) $($_.Words) $($_.Characters)" })', '2 3 4'],
  ['("a", "bbb" | measure Length -Maximum).Maximum', '3'],
  ['(1, 2, 3, 4 | measure -StandardDeviation).StandardDeviation', '1.2909944487358056'],
  ['"a", "bb", "c" | group Length | % { "$($_.Name):$($_.Count)" }', '1:2|2:1'],
  ['("a", "bb" | group Length -AsHashTable)[2]', 'bb'],
  ['Compare-Object 1, 2, 3 2, 3, 4 | % { "$($_.InputObject)$($_.SideIndicator)" }', '4=>|1<='],
  ['1..3 | Tee-Object -Variable t | Out-Null; $t.Count', '3'],
  ['[pscustomobject]@{B=1;A="x"} | ConvertTo-Json -Compress', '{"B":1,"A":"x"}'],
  ['@{a=@(1,2)} | ConvertTo-Json -Compress', '{"a":[1,2]}'],
  ['1, 2 | ConvertTo-Json -Compress', '[1,2]'],
  ['1 | ConvertTo-Json -AsArray -Compress', '[1]'],
  ['@{a=1} | ConvertTo-Json', '{\n  "a": 1\n}'],
  ['\'{"a":{"b":[1,2]}}\' | ConvertFrom-Json | % { $_.a.b[1] }', '2'],
  ["'[1,2]' | ConvertFrom-Json", '1|2'],
  ['(\'{"a":1}\' | ConvertFrom-Json -AsHashtable).a', '1'],
  ['[pscustomobject]@{A=1;B="x,y"} | ConvertTo-Csv', '"A","B"|"1","x,y"'],
  ['[pscustomobject]@{A=1;B="x,y"} | ConvertTo-Csv -UseQuotes AsNeeded', 'A,B|1,"x,y"'],
  ['"A;B", "1;2" | ConvertFrom-Csv -Delimiter ";" | % B', '2'],
  [
    '[pscustomobject]@{A="<"} | ConvertTo-Html -Fragment',
    '<table>|<tr><th>A</th></tr>|<tr><td>&lt;</td></tr>|</table>',
  ],
  ['Write-Output a b', 'a|b'],
  ['Write-Output (1, 2) -NoEnumerate | % { $_.Count }', '2'],
  ['Join-Path a b', 'a/b'],
  ['Split-Path /x/y.wim', '/x'],
  ['Split-Path /x/y.wim -Leaf', 'y.wim'],
  ['Test-Path /definitely/not/here', 'False'],
  ['Get-Date 2026-11-22T01:02:03 -Format "yyyy/MM/dd HH"', '2026/11/22 01'],
  ['(Measure-Command { 1 }).TotalMilliseconds -lt 1000', 'True'],
  ['1..3 | ForEach-Object -Parallel { $_ * 2 } | sort', '2|4|6'],
  ['$j = 1..3 | % { $_ } -AsJob; $j.GetType().Name; $j | Wait-Job | Receive-Job', 'Job|1|2|3'],
  ['$j = Start-Sleep 60 -AsJob; $j | Stop-Job; $j.State', 'Stopped'],
  ['$j = & { throw "bad" } -AsJob; Wait-Job $j | % State', 'Failed'],
  ['Get-Command Where-Object | % Name', 'Where-Object'],
  ['(Get-Command sort).Definition', 'Sort-Object'],
  ['"abc" | Get-Member -MemberType Property | % Name', 'Length'],
  ['1 | Out-String', '1\n'],
  ['"x" | Out-File', ''],
];

const layouts: readonly (readonly [script: string, text: string])[] = [
  [
    '[pscustomobject]@{Name="a";Size=1}, [pscustomobject]@{Name="long name";Size=20}',
    '\nName      Size\n----      ----\na            1\nlong name   20\n',
  ],
  ['[pscustomobject]@{A=1;B=2;C=3;D=4;E=5}', '\nA : 1\nB : 2\nC : 3\nD : 4\nE : 5\n'],
  ['[pscustomobject]@{A=1;B=2} | Format-List', '\nA : 1\nB : 2\n'],
  ['[pscustomobject]@{A=1;B=2;C=3} | ft A, C', '\nA C\n- -\n1 3\n'],
  ['[pscustomobject]@{A=1} | ft @{n="X";e={$_.A*2};FormatString="N1"}', '\n  X\n  -\n2.0\n'],
  ['[pscustomobject]@{A=1,2,3,4,5;B=$null} | fl', '\nA : {1, 2, 3, 4…}\nB :\n'],
  ['@{k=1}', '\nName Value\n---- -----\nk        1\n'],
  ['[pscustomobject]@{A="x"*100;B=1}', `\n${'A'.padEnd(78)} B\n${'-'.padEnd(78)} -\n${'x'.repeat(77)}… 1\n`],
  ['"text"; 1; $null; $true', 'text\n1\nTrue'],
  ['1..5 | Format-Wide -Column 3 | Out-String -Stream | ? Length | % { $_.Split(" ")[0] }', '1\n4'],
];

describe('utility cmdlets', () => {
  it.each(cases)('%s', async (script, output) => {
    const { values, thrown } = await runScript(script);
    expect({ output: values.map((value) => textOf(value)).join('|'), thrown }).toEqual({ output, thrown: undefined });
  });

  it.each(layouts)('layout of %s', async (script, text) => {
    expect((await runScript(script)).text).toBe(text);
  });
});

describe('files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'host-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are written and read', async () => {
    const session = newSession();
    session.setLocation(folder);
    const run = async (script: string): Promise<readonly unknown[]> => (await runScript(script, session)).values;
    await run(
      '"one", "two" | Set-Content a.txt; [pscustomobject]@{A=1;B="q"} | Export-Csv c.csv; "x" > r.txt; "y" >> r.txt',
    );
    expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('one\ntwo\n');
    expect(await run('Get-Content a.txt')).toEqual(['one', 'two']);
    expect(
      await run('Get-Content a.txt -TotalCount 1; Get-Content a.txt -Tail 1; (Get-Content a.txt -Raw).Length'),
    ).toEqual(['one', 'two', 8]);
    expect(await run('Import-Csv c.csv | % B')).toEqual(['q']);
    expect(await run('Get-Content r.txt')).toEqual(['x', 'y']);
    expect(await run('Get-ChildItem *.txt | % Name')).toEqual(['a.txt', 'r.txt']);
    expect(await run('Get-Item nowhere 2>$null; Test-Path a.txt')).toEqual([true]);
    await run('"never" | Set-Content w.txt -WhatIf; "never" | Out-File w.txt -WhatIf');
    expect(await run('Test-Path w.txt')).toEqual([false]);
    expect((await runScript('Get-Content nothing.txt', session)).thrown).toBeUndefined();
  });
});
