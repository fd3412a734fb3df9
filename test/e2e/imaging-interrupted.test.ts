// The command stopped from outside, at any moment: Ctrl+C ends it within a second and leaves nothing half made, and after
// kill -9 an image file opens as it was before or as it would be after.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeWithJudges, judge } from '../support/judges.ts';
import { randomFrom } from '../support/random.ts';
import { runCommand } from '../support/run-command.ts';
import { scratchFolder } from '../support/trees.ts';

const scratch = scratchFolder('interrupted');
const at = (...parts: string[]): string => join(scratch, ...parts);

beforeAll(async () => {
  const { fraction: random } = randomFrom(3);
  mkdirSync(at('small'));
  writeFileSync(at('small', 'a.txt'), 'a');
  mkdirSync(at('large'));
  for (let i = 0; i < 48; i++) {
    const bytes = Buffer.alloc(1 << 20);
    for (let j = 0; j < bytes.length; j += 4) bytes.writeUInt32LE(((random() * 2 ** 32) & 0x0f0f3fff) >>> 0, j);
    writeFileSync(at('large', `file-${i}`), bytes);
  }
  const made = await runCommand(['New-WindowsImage', at('base.wim'), at('small'), 'Base']);
  expect(made.stderr).toBe('');
}, 60_000);

const files = (): string[] => readdirSync(scratch).sort();

describe('Ctrl+C', () => {
  it.each([
    ['New-WindowsImage', ['new.wim'], ['large', 'x'], ['-CompressionType', 'Max', '-CompressionLevel', 'Extreme']],
    ['Add-WindowsImage', ['base.wim'], ['large', 'x'], ['-CompressionLevel', 'Extreme']],
  ])('%s stops within a second with status 130 and leaves nothing', async (cmdlet, [image], [source, name], more) => {
    const before = files();
    const base = readFileSync(at('base.wim'));
    let interrupted = 0;
    const result = await runCommand(['-Progress', 'Json', cmdlet, at(image!), at(source!), name!, ...more], {
      onStart: (child) => {
        // The engine is at work on the files.
        child.printed(/"CompletedBytes":[1-9]/).then(() => {
          interrupted = performance.now();
          child.kill('SIGINT');
        });
      },
    });
    const took = performance.now() - interrupted;
    expect(result.code, result.stderr.slice(-500)).toBe(130);
    expect(took).toBeLessThan(1000);
    expect(files()).toEqual(before);
    expect(readFileSync(at('base.wim')).equals(base)).toBe(true);
  });
});

describe('Ctrl+C during an apply', () => {
  it('leaves whole files only, and a mark that a capture heeds', async () => {
    const made = await runCommand(['New-WindowsImage', at('apply.wim'), at('large'), 'x', '-CompressionType', 'Max']);
    expect(made.code, made.stderr).toBe(0);
    const apply = ['Expand-WindowsImage', at('apply.wim'), at('out'), '-Index', '1', '-ThreadCount', '1'];
    const result = await runCommand(['-Progress', 'Json', ...apply], {
      onStart: (child) => void child.printed(/"CompletedBytes":[1-9]/).then(() => child.kill('SIGINT')),
    });
    expect(result.code, result.stderr.slice(-500)).toBe(130);
    const whole = readdirSync(at('out'));
    expect(whole.length).toBeLessThan(48);
    for (const name of whole) {
      expect(readFileSync(at('out', name)).equals(readFileSync(at('large', name))), name).toBe(true);
    }
    const capture = ['New-WindowsImage', at('marked.wim'), at('out'), 'x'];
    const refused = await runCommand(capture);
    expect(refused.code).not.toBe(0);
    expect(files()).not.toContain('marked.wim');
    const forced = await runCommand([...capture, '-Force']);
    expect(forced.code, forced.stderr).toBe(0);
  });
});

describeWithJudges(['wimlib-imagex'], 'kill -9', () => {
  it('while appending leaves the file as before or as after', async () => {
    const seed = Number(process.env.OPENDISM_SEED ?? Date.now() % 1_000_000);
    const { fraction: random } = randomFrom(seed);
    const started = performance.now();
    await runCommand(['New-WindowsImage', at('timing.wim'), at('large'), 'x']);
    const whole = performance.now() - started;
    let images = 1;
    for (let round = 0; round < 8; round++) {
      const delay = random() * whole;
      const result = await runCommand(['Add-WindowsImage', at('base.wim'), at('large'), `kill ${round}`], {
        onStart: (child) => void setTimeout(() => child.kill('SIGKILL'), delay),
      });
      const where = `OPENDISM_SEED=${seed}, round ${round}, killed after ${delay} ms`;
      await judge('wimlib-imagex', 'verify', at('base.wim'));
      const info = await judge('wimlib-imagex', 'info', at('base.wim'));
      const count = Number(/Image Count:\s+(\d+)/.exec(info.stdout)?.[1]);
      expect(count === images || count === images + 1, `${where}: ${count} images after ${images}`).toBe(true);
      if (result.code === 0) expect(count, where).toBe(images + 1);
      images = count;
    }
    // What a killed writer left is no obstacle for the next one.
    const after = await runCommand(['Add-WindowsImage', at('base.wim'), at('small'), 'last']);
    expect(after.code, after.stderr).toBe(0);
    await judge('wimlib-imagex', 'verify', at('base.wim'));
  });
});
