// Sessions over directories and WIM files: hives, plans that state exactly what a commit changes, commits.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileTime } from '../../../lib/base/file-time.ts';
import type { ImageLocation } from '../../../lib/image/open-image-container.ts';
import { Hive } from '../../../lib/registry/hive.ts';
import type { HiveKey } from '../../../lib/registry/hive-key.ts';
import type { ImageSession } from '../../../lib/servicing/image-session.ts';
import { openServicingTarget, type TargetChange } from '../../../lib/servicing/open-servicing-target.ts';
import { findPendingOperations, refuseWhenPending } from '../../../lib/servicing/pending-operations.ts';
import { describeWithJudges, judge } from '../../support/judges.ts';
import { writePhonyWim, writePhonyWindows } from '../../support/phony-windows.ts';
import { scratchFolder } from '../../support/trees.ts';
import { snapshotRoot } from '../image/image-root-snapshot.ts';
import { makeDirty } from '../registry/samples.ts';

const scratch = scratchFolder('servicing');
const now = FileTime.parse('2024-05-06T07:08:09.1234567Z')!;
const config = '\\Windows\\System32\\config';

const kinds: readonly { readonly name: string; make(): Promise<ImageLocation> }[] = [
  {
    name: 'a directory',
    async make() {
      const path = join(mkdtempSync(join(scratch, 'tree-')), 'tree');
      writePhonyWindows(path, { languages: ['en-US'] });
      return { path };
    },
  },
  {
    name: 'a WIM',
    async make() {
      const imagePath = join(mkdtempSync(join(scratch, 'wim-')), 'install.wim');
      await writePhonyWim(imagePath, [{ languages: ['en-US'] }]);
      return { imagePath, indexes: [1] };
    },
  },
];

/** Keys and values of a hive, flat. */
function flatten(key: HiveKey, path: string, into = new Map<string, string>()): Map<string, string> {
  into.set(path, 'key');
  for (const { name, type, data } of key.values())
    into.set(`${path}|${name}`, `${type}:${Buffer.from(data).toString('hex')}`);
  for (const child of key.subkeys()) flatten(child, `${path}\\${child.name}`, into);
  return into;
}

interface State {
  readonly files: Awaited<ReturnType<typeof snapshotRoot>>;
  readonly registry: Map<string, string>;
}

async function stateOf(session: ImageSession): Promise<State> {
  const registry = new Map<string, string>();
  for (const name of ['SYSTEM', 'SOFTWARE']) {
    flatten(Hive.open(await session.root.read(`${config}\\${name}`)).root, `HKLM\\${name}`, registry);
  }
  return { files: await snapshotRoot(session.root), registry };
}

/** What comparing two states finds, as the plan says it. */
function differences(before: State, after: State): string[] {
  const found: string[] = [];
  for (const path of new Set([...Object.keys(before.files), ...Object.keys(after.files)])) {
    const [left, right] = [before.files[path], after.files[path]];
    if (JSON.stringify(left) === JSON.stringify(right)) continue;
    const action = !left ? 'Create' : !right ? 'Remove' : left.sha256 !== right.sha256 ? 'Replace' : 'SetMetadata';
    found.push(`${action} ${path} ${left?.sha256 ?? ''} ${right?.sha256 ?? ''}`);
  }
  for (const path of new Set([...before.registry.keys(), ...after.registry.keys()])) {
    const [left, right] = [before.registry.get(path), after.registry.get(path)];
    if (left === right) continue;
    const data = (text: string | undefined) => text?.split(':')[1] ?? '';
    found.push(`${!left ? 'Create' : !right ? 'Remove' : 'Replace'} ${path} ${data(left)} ${data(right)}`);
  }
  return found.sort();
}

/** The plan in the same words. */
function planned(plan: readonly TargetChange[]): string[] {
  return plan
    .map(({ kind, action, path, name, before, after }) => {
      if (kind === 'RegistryValue') return `${action} ${path}|${name} ${before?.Data ?? ''} ${after?.Data ?? ''}`;
      return `${action} ${path} ${before?.Sha256 ?? ''} ${after?.Sha256 ?? ''}`;
    })
    .sort();
}

describe.each(kinds)('servicing $name', ({ make }) => {
  it('finds the Windows and its hives', async () => {
    await using target = await openServicingTarget(await make(), { now });
    const session = target.sessions[0]!;
    expect(session.windows.systemRoot).toBe('\\Windows');
    expect(session.windowsPath('INF', 'oem0.inf')).toBe('\\Windows\\INF\\oem0.inf');
    const software = await session.getHive('SOFTWARE');
    expect(software.root.subkey('Microsoft\\Windows NT\\CurrentVersion')?.getText('EditionID')).toBe('Professional');
    expect(await session.findHive('SOFTWARE')).toBe(software);
    const { hive, key } = await session.locateKey('HKLM\\SYSTEM\\CurrentControlSet\\Services');
    expect(hive).toBe(await session.getHive('SYSTEM'));
    expect(key).toBe('ControlSet001\\Services');
    await expect(session.locateKey('HKLM\\HARDWARE\\X')).rejects.toMatchObject({ Symbol: 'InvalidParameter' });
    await expect(session.locateKey('HKLM\\ELAM\\X')).rejects.toMatchObject({ Symbol: 'PathNotFound' });
  });

  it('states in its plan exactly what the commit changes', async () => {
    const location = await make();
    let before: State;
    let plan: TargetChange[];
    {
      await using target = await openServicingTarget(location, { now });
      const session = target.sessions[0]!;
      before = await stateOf(session);
      await session.root.write('\\Windows\\INF\\oem0.inf', { bytes: Buffer.from('[Version]') });
      await session.root.write('\\Windows\\win.ini', { bytes: Buffer.from('; changed') });
      await session.root.remove('\\Windows\\Setup', { recursive: true });
      await session.root.setMetadata('\\Windows\\System32\\ntoskrnl.exe', { lastWriteTime: now, attributes: 1 });
      const system = await session.getHive('SYSTEM');
      const service = system.root.create(`${session.windows.controlSet}\\Services\\phony`);
      service.setDword('Start', 0);
      service.setText('ImagePath', 'System32\\drivers\\phony.sys');
      system.root.getSubkey('Select').setDword('LastKnownGood', 2);
      const software = await session.getHive('SOFTWARE');
      software.root.getSubkey('Microsoft\\Windows NT\\CurrentVersion').deleteValue('ProductName');
      const drivers = await session.findHive('DRIVERS');
      drivers?.root.create('Undone').delete();
      plan = [];
      for await (const change of target.plan()) plan.push(change);
      // A second plan is the same one.
      const again: TargetChange[] = [];
      for await (const change of target.plan()) again.push(change);
      expect(again).toEqual(plan);
      await target.commit();
    }
    await using target = await openServicingTarget(location, { needs: 'none', readOnly: true });
    const after = await stateOf(target.sessions[0]!);
    const found = differences(before, after);
    expect(planned(plan)).toEqual(found);
    expect(found.length).toBeGreaterThan(8);
    expect(found.filter((line) => line.includes('DRIVERS'))).toEqual([]);
    expect(after.files['\\Windows\\win.ini']!.lastWriteTime).toBe(now.toJSON());
  });

  it('drops everything without a commit', async () => {
    const location = await make();
    const file = 'path' in location ? location.path : location.imagePath;
    const trace = (): string[] =>
      (readdirSync(join(file, '..'), { recursive: true, withFileTypes: true }) ?? [])
        .filter((entry) => entry.isFile())
        .map((entry) => {
          const bytes = readFileSync(join(entry.parentPath, entry.name));
          return `${join(entry.parentPath, entry.name)} ${createHash('sha1').update(bytes).digest('hex')}`;
        })
        .sort();
    const before = trace();
    {
      await using target = await openServicingTarget(location);
      const session = target.sessions[0]!;
      (await session.getHive('SOFTWARE')).root.create('New').setText('', 'x');
      await session.root.write('\\new.txt', { bytes: Buffer.from('x') });
      for await (const _ of target.plan());
    }
    expect(trace()).toEqual(before);
  });

  it('says what is pending', async () => {
    const location = await make();
    {
      await using target = await openServicingTarget(location);
      const session = target.sessions[0]!;
      expect(await findPendingOperations(session)).toEqual([]);
      await session.root.createDirectory(session.windowsPath('WinSxS'), { parents: true });
      await session.root.write(session.windowsPath('WinSxS', 'pending.xml'), { bytes: Buffer.from('<x/>') });
      const cbs = 'Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending';
      (await session.getHive('SOFTWARE')).root.create(cbs);
      await target.commit();
    }
    await using target = await openServicingTarget(location);
    expect(await findPendingOperations(target.sessions[0]!)).toHaveLength(2);
    await expect(refuseWhenPending(target.sessions[0]!)).rejects.toMatchObject({ HResult: 0x800f0806 });
  });
});

describe('hives that were not written completely', () => {
  const make = (): string => {
    const path = join(mkdtempSync(join(scratch, 'dirty-')), 'tree');
    writePhonyWindows(path);
    return path;
  };

  it('can be read, and are refused for writing', async () => {
    const path = make();
    const file = join(path, 'Windows/System32/config/SOFTWARE');
    writeFileSync(file, makeDirty(readFileSync(file), 5));
    const warnings: string[] = [];
    await using target = await openServicingTarget({ path }, { onWarning: (text) => void warnings.push(text) });
    const hive = await target.sessions[0]!.getHive('SOFTWARE');
    expect(warnings).toHaveLength(1);
    expect(() => hive.root.create('New')).toThrowError(expect.objectContaining({ Symbol: 'WriteInProgress' }));
  });

  it('leave empty logs behind when they are written', async () => {
    const path = make();
    const log = join(path, 'Windows/System32/config/SOFTWARE.LOG1');
    writeFileSync(log, 'stale');
    const plan: string[] = [];
    {
      await using target = await openServicingTarget({ path });
      (await target.sessions[0]!.getHive('SOFTWARE')).root.create('New');
      for await (const change of target.plan()) plan.push(`${change.action} ${change.path}`);
      await target.commit();
    }
    expect(plan).toEqual([
      `Replace ${config}\\SOFTWARE`,
      `Replace ${config}\\SOFTWARE.LOG1`,
      'Create HKLM\\SOFTWARE\\New',
    ]);
    expect(readFileSync(log)).toHaveLength(0);
  });
});

it('refuses trees without a Windows when one is needed', async () => {
  const path = mkdtempSync(join(scratch, 'empty-'));
  mkdirSync(join(path, 'Windows'));
  await expect(openServicingTarget({ path })).rejects.toMatchObject({ Symbol: 'PathNotFound' });
  await using target = await openServicingTarget({ path }, { needs: 'none' });
  expect(() => target.sessions[0]!.windows).toThrowError(expect.objectContaining({ Symbol: 'PathNotFound' }));
});

describeWithJudges(['hivexget', 'wimlib-imagex'], 'a serviced image before its judges', () => {
  it('has a hive that hivex reads, in a WIM that wimlib accepts', async () => {
    const imagePath = join(mkdtempSync(join(scratch, 'judged-')), 'install.wim');
    await writePhonyWim(imagePath, [{}, {}]);
    {
      await using target = await openServicingTarget({ imagePath, indexes: 'all' });
      for (const session of target.sessions) {
        (await session.getHive('SOFTWARE')).root.create('OpenDism').setText('Index', String(session.imageIndex));
      }
      await target.commit();
    }
    await judge('wimlib-imagex', 'verify', imagePath);
    for (const index of ['1', '2']) {
      const folder = mkdtempSync(join(scratch, 'out-'));
      const path = '/Windows/System32/config/SOFTWARE';
      await judge('wimlib-imagex', 'extract', imagePath, index, path, `--dest-dir=${folder}`);
      const { stdout } = await judge('hivexget', join(folder, 'SOFTWARE'), '\\OpenDism', 'Index');
      expect(stdout.trim()).toBe(index);
    }
  });
});
