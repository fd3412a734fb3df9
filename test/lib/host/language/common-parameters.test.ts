// The common parameters, each with what it does, and Inquire with and without somebody to ask.
import { describe, expect, it } from 'vitest';
import type { InquireAnswer } from '../../../../lib/host/pipeline/inquire.ts';
import { newSession, runScript } from '../session-fixture.ts';
import { describeScripts } from './describe-scripts.ts';

const teller =
  'function tell { [CmdletBinding(SupportsShouldProcess)] param() Write-Verbose v; Write-Debug d; Write-Warning w; Write-Information i; Write-Error e; if ($PSCmdlet.ShouldProcess("t", "a")) { "did" } }; ';

describeScripts('common parameters', {
  '-OutBuffer': [
    [
      '$log = @(); 1..4 | ForEach-Object { $log += "a$_"; $_ } -OutBuffer 2 | ForEach-Object { $log += "b$_" }; "$log"',
      'a1 a2 a3 b1 b2 b3 a4 b4',
    ],
    [
      '$log = @(); 1..3 | ForEach-Object { $log += "a$_"; $_ } | ForEach-Object { $log += "b$_" }; "$log"',
      'a1 b1 a2 b2 a3 b3',
    ],
    ['1..5 | Where-Object { $_ } -OutBuffer 1 | Select-Object -First 2', '1|2'],
    ['1..3 | Write-Output -OutBuffer 100', '1|2|3'],
    [
      '$log = @(); function f { [CmdletBinding()] param() 1..3 }; f -ob 1 | ForEach-Object { $log += $_ }; "$log"',
      '1 2 3',
    ],
    ['try { 1 | Write-Output -OutBuffer -1 } catch { "refused" }', 'refused'],
    ['1..3 | Write-Output -ob 2 -ov o | Out-Null; "$o"', '1 2 3'],
  ],
  '-OutVariable, -PipelineVariable': [
    ['Write-Output 1 2 -ov x | Out-Null; $x.Count', '2'],
    ['1..2 | Write-Output -pv p | ForEach-Object { "$p-$_" }', '1-1|2-2'],
    ['1..2 | Write-Output -pv p | Write-Output -pv q | ForEach-Object { "$p$q" }', '11|22'],
  ],
  'actions by number and prefix': [
    ['Write-Error e -ErrorAction 0; $Error.Count', '1'],
    ['Write-Error e -ea silently; $Error.Count', '1'],
    ['try { Write-Error e -ea 1 } catch { "stopped" }', 'stopped'],
    ['try { Write-Warning w -wa Stop } catch { "stopped" }', 'stopped'],
    ['try { Write-Information i -infa Stop } catch { "stopped" }', 'stopped'],
    ['try { Write-Output 1 -ErrorAction Suspend } catch { "refused" }', 'refused'],
    ['try { Write-Output 1 -ErrorAction Break } catch { "refused" }', 'refused'],
    ['try { Write-Output 1 -ErrorAction Nonsense } catch { "refused" }', 'refused'],
  ],
  'variables of messages': [
    ['Write-Error e -ea 0 -ev x; "$x"; $x[0].GetType().Name', 'e|ErrorRecord'],
    ['Write-Error a -ea 0 -ev x; Write-Error b -ea 0 -ev +x; $x.Count', '2'],
    ['Write-Warning w -wa 0 -wv x; "$x"', 'w'],
    ['Write-Information i -iv x; "$x"', 'i'],
    ['Write-Host h -infa 0 -iv x; "$x"', 'h'],
  ],
  'whatif and confirm': [
    ['function f { [CmdletBinding(SupportsShouldProcess)] param() $WhatIfPreference }; f -wi', 'True'],
    ['function f { [CmdletBinding(SupportsShouldProcess)] param() $ConfirmPreference }; f -cf:$false', 'None'],
    [
      'function f { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = "High")] param() $PSCmdlet.ShouldProcess("x") }; f -Confirm:$false',
      'True',
    ],
  ],
});

describe('messages', () => {
  it.each([
    ['Write-Verbose v -Verbose', ['VERBOSE: v']],
    ['Write-Verbose v -vb', ['VERBOSE: v']],
    ['$VerbosePreference = "Continue"; Write-Verbose v -Verbose:$false', []],
    ['Write-Debug d -Debug', ['DEBUG: d']],
    ['Write-Debug d -db', ['DEBUG: d']],
    ['Write-Warning w -WarningAction SilentlyContinue', []],
    ['Write-Information i -InformationAction Continue', ['i']],
    ['Write-Information i', []],
    ['$InformationPreference = "Continue"; Write-Information i', ['i']],
    [`${teller}tell -ea 0 | Out-Null`, ['WARNING: w']],
    [`${teller}tell -ea 0 -wa 0 -Verbose -Debug -infa Continue | Out-Null`, ['VERBOSE: v', 'DEBUG: d', 'i']],
    [`${teller}tell -ea 0 -wa 0 -WhatIf`, ['What if: Performing the operation "a" on target "t".']],
  ])('%s', async (script, messages) => {
    const result = await runScript(script, undefined);
    expect(result.messages).toEqual(messages);
    expect(result.thrown).toBeUndefined();
  });

  it('-ProgressAction hides progress', async () => {
    const shown: string[] = [];
    const session = newSession([], [], { progress: (record) => void shown.push(record.Activity) });
    await runScript('Write-Progress one; Write-Progress two -ProgressAction SilentlyContinue', session);
    await runScript('$ProgressPreference = "SilentlyContinue"; Write-Progress three', session);
    expect(shown).toEqual(['one']);
  });
});

describe('Inquire', () => {
  const answering = (answers: readonly InquireAnswer[]) => {
    const asked: string[] = [];
    const messages: string[] = [];
    const errors: string[] = [];
    const session = newSession(messages, errors, {
      inquire: (message) => {
        asked.push(message);
        return answers[asked.length - 1] ?? 'halt';
      },
    });
    return { asked, messages, errors, run: (script: string) => runScript(script, session) };
  };

  it.each([
    'Write-Error e -ErrorAction Inquire; "on"',
    '$ErrorActionPreference = "Inquire"; Write-Error e; "on"',
    '$ErrorActionPreference = "Inquire"; 1 / 0; "on"',
    'Write-Warning w -WarningAction Inquire; "on"',
    'Write-Information i -InformationAction Inquire; "on"',
    '$VerbosePreference = "Inquire"; Write-Verbose v; "on"',
    '$DebugPreference = "Inquire"; Write-Debug d; "on"',
    'Write-Progress p -ProgressAction Inquire; "on"',
  ])('without a terminal is an error at once: %s', async (script) => {
    const { thrown, values, errors } = await runScript(script);
    expect([...errors, thrown].join()).toMatch(/Nobody can be asked/);
    // A failing command lets the script go on, as any other; it never waits.
    expect(values.length).toBeLessThanOrEqual(1);
  });

  it('goes on after yes, without asking after yes to all, and halts', async () => {
    const yes = answering(['yes', 'yes']);
    const result = await yes.run('"a", "b" | ForEach-Object { Write-Error $_ -ErrorAction Inquire }; "end"');
    expect(yes.asked).toEqual(['a', 'b']);
    expect(yes.errors).toEqual(['a', 'b']);
    expect(result.values).toEqual(['end']);

    const all = answering(['yesToAll']);
    const script = 'Get-Content /no/1, /no/2, /no/3 -ErrorAction Inquire; "end"';
    expect((await all.run(script)).values).toEqual(['end']);
    expect(all.asked).toHaveLength(1);
    expect(all.errors).toHaveLength(3);

    const halt = answering(['yes', 'halt']);
    const halted = await halt.run('try { Get-Content /no/1, /no/2, /no/3 -ErrorAction Inquire } catch { "halted" }');
    expect(halt.asked).toHaveLength(2);
    expect(halted.values).toEqual(['halted']);
  });

  it('asks after a warning and information', async () => {
    const warning = answering(['yes', 'halt']);
    const result = await warning.run(
      'Write-Warning w -WarningAction Inquire; try { Write-Warning x -WarningAction Inquire } catch { "halted" }',
    );
    expect(warning.messages).toEqual(['WARNING: w', 'WARNING: x']);
    expect(result.values).toEqual(['halted']);
    const preference = answering(['halt']);
    await preference.run('$ErrorActionPreference = "Inquire"; 1 / 0; "never"');
    expect(preference.asked).toEqual(['Attempted to divide by zero.']);
  });
});
