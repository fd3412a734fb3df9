// DISM.exe command lines as processes: every imaging command there is, exit status, what goes to which stream.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeWithJudges, judge } from '../support/judges.ts';
import { randomFrom } from '../support/random.ts';
import { type CommandResult, runProgram } from '../support/run-command.ts';
import { describeTree, growTree, scratchFolder } from '../support/trees.ts';

const scratch = scratchFolder('dism');
const at = (...parts: string[]): string => join(scratch, ...parts);
const program = (name: string): string =>
  fileURLToPath(new URL(`../../dist/cmdlets/dism-exe/${name}.js`, import.meta.url));
const start = (name: string, args: readonly string[]): Promise<CommandResult> =>
  runProgram(process.execPath, [program(name), ...args], { cwd: scratch, env: { XDG_STATE_HOME: at('state') } });
const dism = (...args: string[]): Promise<CommandResult> => start('main', args);

async function succeed(...args: string[]): Promise<string> {
  const result = await dism(...args);
  expect(result.code, result.stdout + result.stderr).toBe(0);
  expect(result.stdout).toMatch(/\nThe operation completed successfully\.\n$/);
  return result.stdout;
}

beforeAll(async () => {
  growTree(at('tree'), 23);
  growTree(at('second'), 24);
  const output = await succeed(
    '/Capture-Image',
    '/ImageFile:a.wim',
    '/CaptureDir:tree',
    '/Name:First',
    '/Description:One',
    '/Compress:max',
    '/Verify',
    '/CheckIntegrity',
  );
  expect(output).toMatch(
    /^\nDeployment Image Servicing and Management tool\nVersion: \d+\.\d+\.\d+\S*\n\nSaving image\n(\[.*\]\n)+The/,
  );
  await succeed('/Append-Image', '/ImageFile:a.wim', '/CaptureDir:second', '/Name:Second');
});

it('/Get-ImageInfo lists and describes', async () => {
  const list = await succeed('/English', '/Get-ImageInfo', '/ImageFile:a.wim');
  expect(
    [...list.matchAll(/^Index : (\d+)\nName : (.*)\nDescription : (.*)\nSize : [\d,]+ bytes\n\n/gm)].map(
      ([, ...found]) => found,
    ),
  ).toEqual([
    ['1', 'First', 'One'],
    ['2', 'Second', '<undefined>'],
  ]);
  for (const chosen of ['/Index:2', '/Name:Second']) {
    const details = await succeed('/get-wiminfo', '-wimfile=a.wim', chosen);
    const labels = [...details.matchAll(/^([A-Z][A-Za-z ]*) : /gm)].map(([, label]) => label);
    expect(labels.slice(0, 7)).toEqual([
      'Details for image',
      'Index',
      'Name',
      'Description',
      'Size',
      'WIM Bootable',
      'Architecture',
    ]);
    expect(labels.slice(-4)).toEqual(['Files', 'Created', 'Modified', 'Languages']);
  }
});

it('/Apply-Image gives the tree back', async () => {
  await succeed('/Apply-Image', '/ImageFile:.\\a.wim', '/Index:1', '/ApplyDir:"out"', '/Verify');
  expect(describeTree(at('out'))).toEqual(describeTree(at('tree')));
});

it('/List-Image prints paths', async () => {
  const output = await succeed('/List-Image', '/ImageFile:a.wim', '/Index:2');
  const paths = output
    .split('\n')
    .filter((line) => line.startsWith('\\'))
    .map((line) => line.replaceAll('\\', '/'));
  expect(paths.sort()).toEqual(Object.keys(describeTree(at('second'))).sort());
});

it('/Split-Image and /Apply-Image with the pattern of the parts', async () => {
  mkdirSync(at('elsewhere'));
  await succeed('/Split-Image', '/ImageFile:a.wim', '/SWMFile:p.swm', '/FileSize:1');
  expect(readdirSync(scratch).filter((name) => name.endsWith('.swm')).length).toBeGreaterThan(0);
  await succeed('/Apply-Image', '/ImageFile:p.swm', '/SWMFile:p*.swm', '/Index:2', '/ApplyDir:parts');
  expect(describeTree(at('parts'))).toEqual(describeTree(at('second')));
});

it('/Export-Image and /Delete-Image', async () => {
  await succeed(
    '/Export-Image',
    '/SourceImageFile:a.wim',
    '/SourceName:Second',
    '/DestinationImageFile:b.esd',
    '/DestinationName:Copy',
    '/Compress:recovery',
  );
  await succeed('/Export-Image', '/SourceImageFile:a.wim', '/SourceIndex:1', '/DestinationImageFile:b.esd');
  await succeed('/Delete-Image', '/ImageFile:b.esd', '/Index:1');
  const list = await succeed('/Get-ImageInfo', '/ImageFile:b.esd');
  expect([...list.matchAll(/^Name : (.*)$/gm)].map(([, name]) => name)).toEqual(['First']);
});

describeWithJudges(['wimlib-imagex'], 'wimlib-imagex', () => {
  it('takes what was captured and appended', async () => {
    await judge('wimlib-imagex', 'verify', at('a.wim'));
    const { stdout } = await judge('wimlib-imagex', 'info', at('a.wim'));
    expect(stdout).toMatch(/Compression: +LZX/);
    expect([...stdout.matchAll(/^Name: +(.*)$/gm)].map(([, name]) => name)).toEqual(['First', 'Second']);
  });
});

describe('exit status', () => {
  it.each([
    ['/Get-ImageInfo /ImageFile:missing.wim', 2],
    ['/Get-ImageInfo /ImageFile:text', 11],
    ['/Get-ImageInfo /ImageFile:a.wim /Index:9', 1],
    ['/Get-ImageInfo /ImageFil:a.wim', 87],
    ['/Get-MountedImageInfo', 0],
    ['/Cleanup-Wim', 0],
    ['/Remount-Image /MountDir:x', 50],
    ['/Online /Get-Packages', 50],
    ['/Image:tree /Get-Intl', 50],
    ['/Image:tree', 1],
    ['/Apply-Image /ImageFile:a.wim /Index:1 /ApplyDir:x /Compact', 50],
    ['/Apply-Image /ImageFile:a.wim /Index:1 /ApplyDrive:x', 50],
    ['/Capture-Image /ImageFile:a.wim /CaptureDir:tree /Name:x', 80],
    ['/Capture-Image /ImageFile:c.wim /CaptureDir:nowhere /Name:x', 2],
    ['/?', 0],
  ])('%s: %i', async (line, code) => {
    writeFileSync(at('text'), 'This is no image.');
    const result = await dism(...line.split(' '));
    expect(result.code, result.stdout).toBe(code);
    expect(result.stderr).toBe('');
    if (code !== 0) {
      expect(result.stdout).toMatch(/\n\nError: (\d+|0x[0-9a-f]{8})\n\n\S/);
      expect(result.stdout).toContain(`The DISM log file can be found at ${at('state', 'opendism', 'dism.log')}\n`);
      expect(result.stdout).not.toContain('completed successfully');
    }
  });

  it('names options as DISM does, not as cmdlets do', async () => {
    const { stdout } = await dism('/Apply-Image', '/ImageFile:a.wim', '/Index:1', '/ApplyDir:x', '/Compact');
    expect(stdout).toContain('/Compact');
    expect(stdout).not.toContain('-Compact');
  });
});

it('/Quiet prints nothing, and /LogPath gets the log', async () => {
  const result = await dism(
    '/Quiet',
    '/LogPath:quiet.log',
    '/Capture-Image',
    '/ImageFile:q.wim',
    '/CaptureDir:tree',
    '/Name:q',
  );
  expect(result).toMatchObject({ code: 0, stdout: '', stderr: '' });
  const log = readFileSync(at('quiet.log'), 'utf8');
  expect(log).toContain('Executing command line: dism /Quiet /LogPath:quiet.log /Capture-Image');
  expect(log).toContain('Capturing ');
});

it('what was left out is a warning on standard error', async () => {
  mkdirSync(at('odd'));
  writeFileSync(at('odd', 'file'), 'x');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(at('odd', 'talk'), resolve));
  const captured = await dism('/Capture-Image', '/ImageFile:odd.wim', '/CaptureDir:odd', '/Name:odd');
  server.close();
  expect(captured.code, captured.stdout).toBe(0);
  expect(captured.stderr).toMatch(/^Warning: .*talk/);
  expect(captured.stdout).not.toContain('talk');
});

it('Ctrl+C ends the work and leaves nothing', async () => {
  const { fraction: random } = randomFrom(7);
  mkdirSync(at('large'));
  for (let i = 0; i < 32; i++) {
    const bytes = Buffer.alloc(1 << 20);
    for (let j = 0; j < bytes.length; j += 4) bytes.writeUInt32LE(((random() * 2 ** 32) & 0x0f0f3fff) >>> 0, j);
    writeFileSync(at('large', `file-${i}`), bytes);
  }
  const before = readdirSync(scratch).sort();
  const line = ['/Capture-Image', '/ImageFile:stopped.wim', '/CaptureDir:large', '/Name:x', '/Compress:max'];
  const result = await runProgram(process.execPath, [program('main'), ...line], {
    cwd: scratch,
    env: { XDG_STATE_HOME: at('state') },
    onStart: (child) => void child.printed(/^\[=+ .*%/m).then(() => child.kill('SIGINT')),
  });
  expect(result.code).toBe(1);
  expect(result.stdout).toContain('\nError: 1223\n');
  expect(readdirSync(scratch).sort()).toEqual(before);
});

it('the work goes on when nobody reads any more', async () => {
  const command = [
    process.execPath,
    program('main'),
    '/Capture-Image',
    '/ImageFile:unread.wim',
    '/CaptureDir:tree',
    '/Name:u',
  ];
  const script = `${command.map((word) => `'${word}'`).join(' ')} | head -c 1 > /dev/null; echo "$PIPESTATUS"`;
  const result = await runProgram('bash', ['-c', script], { cwd: scratch, env: { XDG_STATE_HOME: at('state') } });
  expect(result.stdout.trim()).toBe('0');
  expect(await succeed('/Get-ImageInfo', '/ImageFile:unread.wim')).toContain('Name : u\n');
});

it('pkgmgr prints errors only', async () => {
  const result = await start('pkgmgr-main', ['/iu:TelnetClient', `/o:${at('tree')}`]);
  expect(result.code).toBe(50);
  expect(result.stdout).toContain('/Enable-Feature');
  expect(result.stdout).not.toContain('Deployment');
  expect((await start('pkgmgr-main', ['/?'])).stdout).toContain('/iu:');
  expect((await start('pkgmgr-main', ['/zz'])).code).toBe(87);
});
