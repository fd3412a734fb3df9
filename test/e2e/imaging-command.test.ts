// The imaging cmdlets as a user types them: exit status, JSON, pipelines, what goes to which stream.
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandResult, runCommand } from '../support/run-command.ts';
import { describeTree, growTree, scratchFolder } from '../support/trees.ts';

const scratch = scratchFolder('command');
const at = (...parts: string[]): string => join(scratch, ...parts);
const run = (line: string): Promise<CommandResult> => runCommand(['-Command', line], { cwd: scratch });
let server: Server;

beforeAll(async () => {
  growTree(at('tree'), 11);
  mkdirSync(at('socket'));
  writeFileSync(at('socket', 'file'), 'x');
  server = createServer();
  await new Promise<void>((resolve) => server.listen(at('socket', 'talk'), resolve));
  expect((await run('New-WindowsImage a.wim tree Tree')).code).toBe(0);
});
afterAll(() => server.close());

describe('exit status', () => {
  it.each([
    ['Get-WindowsImage a.wim', 0],
    ['Get-WindowsImage a.wim -Index 9', 2],
    ['Get-WindowsImage a.wim -Indx 1', 2],
    ['Get-WindowsImage missing.wim', 1],
    ['New-WindowsImage b.wim tree Tree -ChunkSize 5', 2],
  ])('%s: %i', async (line, code) => {
    const result = await run(line);
    expect(result.code, result.stderr).toBe(code);
    if (code !== 0) expect(result.stdout).toBe('');
  });

  it('of Test-WindowsImage tells whether the file is sound', async () => {
    expect((await run('Test-WindowsImage a.wim')).code).toBe(0);
    const bytes = readFileSync(at('a.wim'));
    bytes[250] = bytes[250]! ^ 1;
    writeFileSync(at('bad.wim'), bytes);
    const result = await run('Test-WindowsImage bad.wim | Select-Object -Last 1 -ExpandProperty Result');
    expect(result.stdout.trim()).toBe('Damaged');
    expect(result.code).toBe(1);
  });
});

it('lists, filters and applies in one pipeline', async () => {
  const json = await runCommand(
    [
      '-OutputFormat',
      'Json',
      '-Command',
      'Get-WindowsImageContent a.wim -Index 1 | Where-Object Length -gt 1000 | Select-Object FullName, Length',
    ],
    { cwd: scratch },
  );
  const records = json.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { FullName: string; Length: number });
  expect(records.length).toBeGreaterThan(3);
  expect(records.every((record) => record.Length > 1000 && record.FullName.startsWith('\\'))).toBe(true);
  const applied = await run('Get-WindowsImage a.wim | Expand-WindowsImage -ApplyPath out');
  expect(applied.code, applied.stderr).toBe(0);
  expect(describeTree(at('out'))).toEqual(describeTree(at('tree')));
});

it('writes the bytes of a file to standard output', async () => {
  const result = await run(
    'New-WindowsImage s.wim socket S -WarningAction SilentlyContinue | Out-Null; Export-WindowsImageContent s.wim /file -Index 1 -ToStandardOutput',
  );
  expect(result.stdout).toBe('x');
});

describe('what cannot be captured', () => {
  it('is a warning with its path, counted, and no failure', async () => {
    const result = await run('New-WindowsImage w.wim socket W | Select-Object -ExpandProperty SkippedCount');
    expect(result.stdout.trim()).toBe('1');
    expect(result.stderr).toMatch(/WARNING: .*talk/);
    expect(result.code).toBe(0);
  });

  it('ends the command under -ErrorAction Stop, and nothing is written', async () => {
    const result = await run('New-WindowsImage stop.wim socket W -ErrorAction Stop');
    expect(result.code).not.toBe(0);
    expect(readdirSync(scratch).filter((name) => name.includes('stop.wim'))).toEqual([]);
  });
});

it('keeps what the directory cannot hold beside it, and brings it back', async () => {
  // A link that leads out of the tree, applied and captured again, is the same link.
  mkdirSync(at('links'), { recursive: true });
  symlinkSync('/etc/hostname', at('links', 'out'));
  writeFileSync(at('links', 'f'), 'f');
  const lines = [
    'New-WindowsImage l.wim links L | Out-Null',
    'Expand-WindowsImage l.wim applied -Index 1 | Out-Null',
    'Add-WindowsImage l.wim applied Again | Out-Null',
    '(Get-WindowsImageContent l.wim -Index 1 | ConvertTo-Json) -eq (Get-WindowsImageContent l.wim -Index 2 | ConvertTo-Json)',
  ];
  const result = await run(lines.join('; '));
  expect(result.stderr).toBe('');
  expect(result.stdout.trim()).toBe('True');
  rmSync(at('applied'), { recursive: true });
});
