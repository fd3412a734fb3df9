// biome-ignore-all lint/suspicious/noControlCharactersInRegex: the screen is made of them
// The interactive shell on a real terminal: history, completion, Ctrl+C, answers to questions.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtCommand, runCommand } from '../support/run-command.ts';
import { hasTerminal, openTerminal, type TestTerminal } from '../support/terminal.ts';
import { scratchFolder } from '../support/trees.ts';

const interrupt = '\x03';
const up = '\x1b[A';
const scratch = scratchFolder('shell');

describe.skipIf(!hasTerminal)('the shell', () => {
  let terminal: TestTerminal;
  const open = (): TestTerminal =>
    openTerminal(process.execPath, [builtCommand], { cwd: scratch, env: { XDG_STATE_HOME: join(scratch, 'state') } });
  const prompt = /> \x1b\[\d+G/;

  beforeAll(async () => {
    mkdirSync(join(scratch, 'tree'));
    writeFileSync(join(scratch, 'tree/file'), 'content');
    const made = await runCommand(['-Command', 'New-WindowsImage alone.wim tree First'], { cwd: scratch });
    expect(made.code, made.stderr).toBe(0);
    terminal = open();
    await terminal.shows(prompt);
  });
  afterAll(() => terminal.kill());

  const run = async (line: string, shown: RegExp): Promise<void> => {
    terminal.type(`${line}\r`);
    await terminal.shows(shown);
    await terminal.shows(prompt);
  };
  const completes = async (typed: string, shown: RegExp): Promise<void> => {
    terminal.type(typed);
    await new Promise((resolve) => setTimeout(resolve, 50));
    terminal.type('\t');
    await terminal.shows(shown);
    terminal.type(interrupt);
    await terminal.shows(prompt);
  };

  it('runs lines, also unfinished ones', async () => {
    await run('$x = 40 + 2', /\r\n/);
    await run('"x is $x"', /x is 42\r\n/);
    terminal.type('if ($x) {\r');
    await terminal.shows(/>> /);
    terminal.type('"inside"\r}\r');
    await terminal.shows(/inside\r\n/);
    await terminal.shows(prompt);
  });

  it('completes cmdlets, parameters, values, paths, variables and image indexes', async () => {
    await completes('Get-WindowsImageCon', /Get-WindowsImageContent/);
    await completes('Get-WindowsImage -ImageP', /-ImagePath/);
    await completes('Get-WindowsImage -LogLevel WarningsI', /WarningsInfo/);
    await completes('Get-WindowsImage al', /alone\.wim/);
    await completes('$ErrorActionP', /\$ErrorActionPreference/);
    await completes('Get-WindowsImage -ImagePath alone.wim -Index ', /-Index (?:\x1b\[[\d;]*[A-Za-z])*1/);
    await completes('Get-WindowsImage alone.wim -Name ', /-Name (?:\x1b\[[\d;]*[A-Za-z])*First/);
  });

  it('Ctrl+C stops the pipeline and not the shell', async () => {
    for (const endless of [
      'while ($true) { }',
      'Start-Sleep 60',
      '1..1e7 | ForEach-Object { $_ } | Out-Null',
      '/bin/sleep 60',
    ]) {
      terminal.type(`${endless}\r`);
      await terminal.shows(/\r\n/);
      await new Promise((resolve) => setTimeout(resolve, 150));
      terminal.type(interrupt);
      await terminal.shows(prompt);
    }
    await run('"alive"', /alive\r\n/);
    terminal.type('"dropped"');
    terminal.type(interrupt);
    await terminal.shows(prompt);
    await run('"kept"', /^(?!.*dropped\r\n)[\s\S]*kept\r\n/);
  });

  it('asks before a change and heeds the answer', async () => {
    terminal.type('Set-Content note.txt -Value a -Confirm\r');
    await terminal.shows(/default is "Y"\): /);
    terminal.type('n\r');
    await terminal.shows(prompt);
    await run('Test-Path note.txt', /False\r\n/);
    terminal.type('Set-Content note.txt -Value a -Confirm\r');
    await terminal.shows(/default is "Y"\): /);
    terminal.type('y\r');
    await terminal.shows(prompt);
    await run('Test-Path note.txt', /True\r\n/);
  });

  it('asks after an error under -ErrorAction Inquire, and Ctrl+C there halts the command', async () => {
    const failing = '& { Write-Error problem -ErrorAction Inquire; "we" + "nt on" }\r';
    terminal.type(failing);
    await terminal.shows(/Halt Command\s+\[S\] Suspend \(not available here\)/);
    terminal.type('s\r');
    await terminal.shows(/default is "Y"\): /);
    terminal.type('?\r');
    await terminal.shows(/Ends the command/);
    terminal.type('y\r');
    await terminal.shows(/went on\r\n/);
    await terminal.shows(prompt);
    terminal.type(failing);
    await terminal.shows(/default is "Y"\): /);
    terminal.type(interrupt);
    await terminal.shows(prompt);
    await run('"still " + "here"', /^(?!.*went on\r\n)[\s\S]*still here\r\n/);
  });

  it('keeps its history for the next time and gives the status of exit', async () => {
    await run('"remember me"', /remember me\r\n/);
    terminal.type('exit 3\r');
    expect(await terminal.ended).toBe(3);
    terminal = open();
    await terminal.shows(prompt);
    terminal.type(up);
    await terminal.shows(/exit 3/);
    terminal.type(up);
    await terminal.shows(/"remember me"/);
    terminal.type('\r');
    await terminal.shows(/remember me\r\n/);
    await terminal.shows(prompt);
    terminal.type('\x04');
    expect(await terminal.ended).toBe(0);
  });
});

describe('without a terminal', () => {
  it('a question is an error, never a wait', async () => {
    for (const options of [[], ['-NonInteractive']]) {
      const result = await runCommand([...options, '-Command', 'Set-Content n.txt -Value a -Confirm'], {
        cwd: scratch,
      });
      expect(result.code, result.stderr).toBe(2);
    }
    const script = await runCommand(['-'], { cwd: scratch, input: 'Set-Content n.txt -Value a -Confirm\n' });
    expect(script.code, script.stderr).toBe(2);
  });
});
