// Random edits of files and hives: the plan says what comparing the image before and after the commit finds, no more and no
// less, down to metadata, keys and the data of values.
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileTime } from '../../../lib/base/file-time.ts';
import type { FileStat } from '../../../lib/image/image-root.ts';
import type { ImageLocation } from '../../../lib/image/open-image-container.ts';
import { Hive } from '../../../lib/registry/hive.ts';
import type { HiveKey } from '../../../lib/registry/hive-key.ts';
import type { ImageSession } from '../../../lib/servicing/image-session.ts';
import { openServicingTarget, type TargetChange } from '../../../lib/servicing/open-servicing-target.ts';
import { writePhonyWim, writePhonyWindows } from '../../support/phony-windows.ts';
import { chooseSeed, type Random, randomFrom } from '../../support/random.ts';
import { scratchFolder } from '../../support/trees.ts';
import { snapshotRoot } from '../image/image-root-snapshot.ts';

const scratch = scratchFolder('random-plan');
const now = FileTime.parse('2024-05-06T07:08:09Z')!;
const hives = ['SYSTEM', 'SOFTWARE', 'DRIVERS'] as const;
const seed = chooseSeed();

interface State {
  readonly files: Awaited<ReturnType<typeof snapshotRoot>>;
  /** By path, and path|name for values, path? for class and descriptor. */
  readonly registry: ReadonlyMap<string, string>;
}

async function stateOf(session: ImageSession): Promise<State> {
  const registry = new Map<string, string>();
  const visit = (key: HiveKey, path: string): void => {
    registry.set(path, 'key');
    registry.set(`${path}?class`, key.className);
    registry.set(`${path}?security`, Buffer.from(key.securityDescriptor).toString('base64'));
    for (const { name, type, data } of key.values())
      registry.set(`${path}|${name}`, `${type}:${Buffer.from(data).toString('hex')}`);
    for (const child of key.subkeys()) visit(child, `${path}\\${child.name}`);
  };
  for (const name of hives) {
    visit(Hive.open(await session.root.read(session.windowsPath('System32', 'config', name))).root, `HKLM\\${name}`);
  }
  return { files: await snapshotRoot(session.root), registry };
}

async function entriesBelow(session: ImageSession, path: string): Promise<FileStat[]> {
  const found: FileStat[] = [];
  for await (const stat of session.root.list(path)) {
    found.push(stat);
    if (stat.isDirectory && stat.reparseTag === 0) found.push(...(await entriesBelow(session, stat.path)));
  }
  return found;
}

async function editFiles(random: Random, session: ImageSession): Promise<void> {
  const { root } = session;
  const isHive = ({ path }: FileStat): boolean => path.includes('\\config\\');
  const all = (await entriesBelow(session, '\\Windows')).filter(
    (stat) => !isHive(stat) && !stat.path.endsWith('config'),
  );
  const [files, folders] = [all.filter((stat) => !stat.isDirectory), all.filter((stat) => stat.isDirectory)];
  const [file, folder] = [random.pick(files), random.pick(folders)];
  const name = `n${random.below(30)}`;
  const bytes = random.bytes(random.below(50));
  switch (random.below(8)) {
    case 0:
      return root.write(`${folder.path}\\${name}`, { bytes });
    case 1:
      return root.write(file.path, { bytes });
    case 2:
      return root.setMetadata(file.path, {
        lastWriteTime: new FileTime(now.Ticks + BigInt(random.below(100)) * 10_000_000n),
      });
    case 3:
      return root.setMetadata(file.path, { attributes: random.pick([0x20, 0x21]) });
    case 4:
      return root.remove(file.path);
    case 5: {
      const to = `${folder.path}\\${name}`;
      if ((await root.stat(to)) === undefined) await root.rename(file.path, to);
      return;
    }
    case 6:
      if ((await root.stat(`${folder.path}\\${name}`)) === undefined)
        await root.createDirectory(`${folder.path}\\${name}`);
      return;
    default:
      if (folder.path.split('\\').length > 4) await root.remove(folder.path, { recursive: true });
  }
}

function editHive(random: Random, hive: Hive): void {
  let key = hive.root;
  for (let i = random.below(5); i > 0; i--) {
    const children = [...key.subkeys()];
    if (children.length > 0) key = random.pick(children);
  }
  const children = [...key.subkeys()];
  const names = key.valueNames();
  const name = `N${random.below(6)}`;
  switch (random.below(7)) {
    case 0:
      key.create(`${name}\\below`).setText('text', name);
      return;
    case 1:
      key.setValue(
        random.below(3) === 0 && names.length > 0 ? random.pick(names) : name,
        random.below(12),
        random.bytes(random.below(40)),
      );
      return;
    case 2:
      if (names.length > 0) key.deleteValue(random.pick(names));
      return;
    case 3:
      if (!key.isRoot && children.length < 4) key.delete();
      return;
    case 4: {
      const child = children.at(-1);
      if (child && child.subkeyCount < 4 && !key.directSubkey(name)) child.rename(name);
      return;
    }
    case 5:
      key.setClassName(random.pick(['', 'One', 'Two']));
      return;
    default: {
      const descriptor = key.securityDescriptor;
      descriptor[descriptor.length - 4] = 18 + random.below(3);
      key.setSecurityDescriptor(descriptor);
    }
  }
}

/** What the plan makes of the state before, by its records alone. */
function applied(before: State, plan: readonly TargetChange[]): State {
  const files = { ...before.files };
  const registry = new Map(before.registry);
  for (const { kind, path, before: old } of plan) {
    if (kind !== 'File' && kind !== 'Directory') continue;
    if (old !== undefined) delete files[String(old.FullName)];
    else delete files[path];
  }
  for (const { kind, path, name, action, after, before: old } of plan) {
    if (kind === 'File' || kind === 'Directory') {
      if (after === undefined) continue;
      files[path] = {
        kind: kind === 'File' ? 'file' : 'directory',
        size: after.Length ?? 0,
        attributes: after.Attributes!,
        creationTime: after.CreationTime!,
        lastWriteTime: after.LastWriteTime!,
        shortName: after.ShortName ?? '',
        security: Buffer.from(String(after.SecurityDescriptor ?? ''), 'base64').toString('hex'),
        reparseTag: after.ReparseTag ?? 0,
        streams: before.files[String(old?.FullName ?? '')]?.streams ?? '',
        ...(kind === 'File' ? { sha256: after.Sha256! } : {}),
      };
    } else if (kind === 'RegistryKey' && action === 'SetMetadata') {
      if (after?.ClassName !== undefined) registry.set(`${path}?class`, String(after.ClassName));
      else registry.set(`${path}?security`, String(after?.SecurityDescriptor));
    } else if (kind === 'RegistryKey') {
      for (const at of [path, `${path}?class`, `${path}?security`]) registry.delete(at);
      if (action === 'Create') registry.set(path, 'key');
    } else if (kind === 'RegistryValue') {
      registry.delete(`${path}|${name}`);
      if (after !== undefined) registry.set(`${path}|${name}`, `${typeNumber(after.Type)}:${after.Data}`);
    }
  }
  return { files, registry };
}

const typeNames = ['NONE', 'SZ', 'EXPAND_SZ', 'BINARY', 'DWORD', 'DWORD_BIG_ENDIAN', 'LINK', 'MULTI_SZ'];
typeNames.push('RESOURCE_LIST', 'FULL_RESOURCE_DESCRIPTOR', 'RESOURCE_REQUIREMENTS_LIST', 'QWORD');

function typeNumber(type: unknown): number {
  return typeNames.indexOf(String(type).replace('REG_', ''));
}

/** A state as sorted lines; the class and the descriptor of new keys are not part of a plan. */
function lines({ files, registry }: State, newKeys: ReadonlySet<string>): string[] {
  const found = Object.entries(files).map(([path, entry]) => `${path} ${JSON.stringify(Object.entries(entry).sort())}`);
  for (const [path, text] of registry)
    if (!newKeys.has(path.split('?')[0]!) || !path.includes('?')) found.push(`${path} = ${text}`);
  return found.sort();
}

const kinds: readonly { readonly name: string; make(): Promise<ImageLocation> }[] = [
  {
    name: 'a directory',
    async make() {
      const path = join(mkdtempSync(join(scratch, 'tree-')), 'tree');
      writePhonyWindows(path);
      return { path };
    },
  },
  {
    name: 'a WIM',
    async make() {
      const imagePath = join(mkdtempSync(join(scratch, 'wim-')), 'install.wim');
      await writePhonyWim(imagePath, [{}]);
      return { imagePath, indexes: [1] };
    },
  },
];

describe.each(kinds)('the plan of random edits of $name', ({ make }) => {
  it('is what the commit changes', async () => {
    console.log(`random plans: OPENDISM_SEED=${seed}`);
    const random = randomFrom(seed);
    const location = await make();
    for (let round = 0; round < 2; round++) {
      let before: State;
      const plan: TargetChange[] = [];
      {
        await using target = await openServicingTarget(location, { now, needs: 'folder' });
        const session = target.sessions[0]!;
        before = await stateOf(session);
        for (let i = 0; i < 25; i++) {
          await editFiles(random, session);
          editHive(random, await session.getHive(random.pick(hives)));
          // Hives are let go and opened again, as between the cmdlets of a pipeline.
          if (random.below(8) === 0) await session.release();
        }
        for await (const change of target.plan()) plan.push(change);
        await target.commit();
      }
      await using target = await openServicingTarget(location, { needs: 'folder', readOnly: true });
      const after = await stateOf(target.sessions[0]!);
      const created = plan.filter(({ kind, action }) => kind === 'RegistryKey' && action === 'Create');
      const newKeys = new Set(created.map(({ path }) => path));
      expect(lines(applied(before, plan), newKeys), `seed ${seed}, round ${round}`).toEqual(lines(after, newKeys));
    }
  });
});
