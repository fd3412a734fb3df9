// What the parts of the contract of ImageRoot share: the tree that the images hold, and images to edit.
import { chmodSync, linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { FileTime } from '../../../../lib/base/file-time.ts';
import type { ImageRoot } from '../../../../lib/image/image-root.ts';
import { scratchFolder } from '../../../support/trees.ts';

/** One image of a holder. */
export interface ContractImage {
  /** A root of its own, as another process would get it. Its `asyncDispose` lets go of everything. */
  open(): Promise<ImageRoot>;
  /** All that lies on the disk for the image, byte for byte. */
  trace(): Promise<unknown>;
}

/** A kind of holder. */
export interface ContractKind {
  readonly name: string;
  /** An image of the directory `source`, in the new folder `folder`. */
  make(source: string, folder: string): Promise<ContractImage>;
}

export const large = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff));
export const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
export const bytes = (content: string): { bytes: Uint8Array } => ({ bytes: Buffer.from(content) });
export const when = (iso: string): FileTime => FileTime.parse(iso)!;

/** The tree that the images of the suite hold. */
function plantTree(root: string): void {
  const files: Record<string, string | Buffer> = {
    'Windows/INF/disk.inf': 'disk',
    'Windows/INF/Oem0.inf': 'oem',
    'Windows/System32/drivers/etc/hosts': '127.0.0.1 localhost',
    'Windows/empty.bin': '',
    'Windows/large.bin': large,
    'case/Name.txt': 'mixed',
    'case/NAME.TXT': 'upper',
    'links/one.txt': 'linked',
    'readonly.txt': 'locked',
    'Ünicode/Straße 日本.txt': 'names',
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
    utimesSync(join(root, path), 1_600_000_000, 1_500_000_000.25);
  }
  linkSync(join(root, 'links/one.txt'), join(root, 'links/two.txt'));
  symlinkSync('Windows', join(root, 'to-windows'));
  symlinkSync('/etc', join(root, 'to-outside'));
  chmodSync(join(root, 'readonly.txt'), 0o444);
  for (const folder of ['Windows/INF', 'Windows', 'case', 'links', '.']) {
    utimesSync(join(root, folder), 1_600_000_000, 1_400_000_000);
  }
}

export async function namesOf(root: ImageRoot, path: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of root.list(path)) names.push(name);
  return names;
}

export async function changesOf(root: ImageRoot): Promise<string[]> {
  const found: string[] = [];
  for await (const { kind, path, before } of root.changes()) {
    found.push(kind === 'rename' ? `rename ${before!.path} ${path}` : `${kind} ${path}`);
  }
  return found;
}

/** Makes images of a kind, and tries edits on them. */
export interface ContractImages {
  readonly name: string;
  /** A folder for files of a test. */
  readonly scratch: string;
  makeImage(plant?: (root: string) => void): Promise<ContractImage>;
  /** Edits an image, commits, and shows it to `check` before the commit and, opened anew, after it. */
  edit(
    change: (root: ImageRoot) => Promise<void>,
    check: (root: ImageRoot) => Promise<void>,
    image?: ContractImage,
  ): Promise<void>;
  /** An edit is refused with this code and leaves nothing. */
  refuse(change: (root: ImageRoot) => Promise<unknown>, code: string): Promise<void>;
}

export function contractImages(kind: ContractKind): ContractImages {
  const scratch = scratchFolder(`contract-${kind.name}`);

  async function makeImage(plant: (root: string) => void = plantTree): Promise<ContractImage> {
    const folder = await mkdtemp(join(scratch, 'image-'));
    mkdirSync(join(folder, 'source'));
    plant(join(folder, 'source'));
    mkdirSync(join(folder, 'holder'));
    return kind.make(join(folder, 'source'), join(folder, 'holder'));
  }

  /** Edits an image, commits, and shows it to `check` before the commit and, opened anew, after it. */
  async function edit(
    change: (root: ImageRoot) => Promise<void>,
    check: (root: ImageRoot) => Promise<void>,
    image?: ContractImage,
  ): Promise<void> {
    const target = image ?? (await makeImage());
    {
      await using root = await target.open();
      await change(root);
      await check(root);
      await root.commit();
      await check(root);
      expect(await changesOf(root)).toEqual([]);
    }
    await using root = await target.open();
    await check(root);
  }

  async function refuse(change: (root: ImageRoot) => Promise<unknown>, code: string): Promise<void> {
    await using root = await (await makeImage()).open();
    await expect(change(root)).rejects.toMatchObject({ name: 'DismError', Symbol: code });
    expect(await changesOf(root)).toEqual([]);
  }

  return { name: kind.name, scratch, makeImage, edit, refuse };
}
