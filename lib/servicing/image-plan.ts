// A plan as a file: the changes of one or more targets with what identifies those. It is read back as foreign input.
import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { DismError } from '../base/error.ts';
import { fromSystemError } from '../base/system-error.ts';
import { WimFile } from '../wim/wim-file.ts';
import type { ImageChange, ImageChangeSide } from './image-change.ts';

const FORMAT = 'OpenDISM image plan 1';
const WIM_HEADER_SIZE = 208;
const LARGEST_PLAN = 256 << 20;

/** What a plan was made for; a directory is known by what is in it only. */
export interface PlanTarget {
  /** The directory; empty for a WIM. */
  readonly path: string;
  readonly imagePath: string;
  readonly nestedImagePath: string;
}

export interface PlannedTarget extends PlanTarget {
  /** In hexadecimal; empty for a directory. */
  readonly guid: string;
  /** SHA-256 of the header of the WIM, which every change of the file rewrites. */
  readonly headerSha256: string;
  readonly changes: readonly PlannedChange[];
}

export interface PlannedChange extends ImageChange {
  /** From 1; absent in a directory. */
  readonly imageIndex?: number | undefined;
}

/** The identity of a target as it is now. */
export async function identifyTarget(
  target: PlanTarget,
): Promise<{ readonly guid: string; readonly headerSha256: string }> {
  if (target.path !== '') return { guid: '', headerSha256: '' };
  await using file = await WimFile.open(target.imagePath);
  const header = new Uint8Array(WIM_HEADER_SIZE);
  try {
    await using handle = await open(target.imagePath, 'r');
    await handle.read(header, 0, header.length, 0);
  } catch (error) {
    throw fromSystemError(error, target.imagePath);
  }
  return {
    guid: Buffer.from(file.info.guid).toString('hex'),
    headerSha256: createHash('sha256').update(header).digest('hex'),
  };
}

/** Throws FileChanged when a target is not the one that was planned for. */
export async function requireSameTarget(target: PlannedTarget): Promise<void> {
  const now = await identifyTarget(target);
  if (now.guid === target.guid && now.headerSha256 === target.headerSha256) return;
  const what =
    now.guid === target.guid ? 'has changed since the plan was made' : 'is another file than the plan was made for';
  throw new DismError('FileChanged', `${target.imagePath} ${what}. Make a new plan.`, { Target: target.imagePath });
}

/** The text of a plan file. Throws NotSupported for changes that cannot be carried out from a file. */
export function writePlan(targets: readonly PlannedTarget[]): string {
  for (const { changes } of targets) for (const change of changes) requireSelfContained(change);
  const plan = {
    Format: FORMAT,
    Targets: targets.map((target) => ({
      ...(target.path === '' ? { ImagePath: target.imagePath } : { Path: target.path }),
      ...(target.nestedImagePath === '' ? {} : { NestedImagePath: target.nestedImagePath }),
      ...(target.guid === '' ? {} : { Guid: target.guid, HeaderSha256: target.headerSha256 }),
      Changes: target.changes.map(({ imageIndex, kind, action, path, name, before, after }) => ({
        ...(imageIndex === undefined ? {} : { ImageIndex: imageIndex }),
        Kind: kind,
        Action: action,
        Target: path,
        ...(name === '' && kind !== 'RegistryValue' ? {} : { Name: name }),
        ...(before && { Before: before }),
        ...(after && { After: after }),
      })),
    })),
  };
  return JSON.stringify(plan, null, 2) + '\n';
}

function requireSelfContained({ kind, action, path, before, after }: ImageChange): void {
  const refuse = (why: string): DismError => new DismError('NotSupported', `${path}: ${why}`, { Target: path });
  if (kind === 'File' && action === 'Create' && after?.LinkCount !== undefined) {
    throw refuse('new names of files that exist are not part of a plan file; run the change directly.');
  }
  if (after?.ReparseTag !== undefined && after.ReparseData === undefined && !sameReparse(before, after)) {
    throw refuse('its reparse data cannot be read; run the change directly.');
  }
  const isNewFile = kind === 'File' && after?.Sha256 !== undefined && after.Sha256 !== before?.Sha256;
  const isNew = isNewFile || (kind === 'Stream' && after !== undefined);
  if (isNew && after.Source === undefined && after.Content === undefined) {
    throw refuse('its new contents are in no local file and too large for a plan; run the change directly.');
  }
}

function sameReparse(before: ImageChangeSide | undefined, after: ImageChangeSide): boolean {
  return before !== undefined && before.ReparseTag === after.ReparseTag && before.ReparseSha1 === after.ReparseSha1;
}

/** Reads a plan file. Throws Corrupt when it is none. */
export async function readPlan(file: string): Promise<PlannedTarget[]> {
  let value: unknown;
  try {
    if ((await stat(file)).size > LARGEST_PLAN) throw notAPlan(file, 'it is too large');
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw notAPlan(file, error.message);
    throw fromSystemError(error, file);
  }
  const plan = fieldsOf(value);
  if (plan.Format !== FORMAT || !Array.isArray(plan.Targets)) throw notAPlan(file, `its format is not "${FORMAT}"`);
  return plan.Targets.map((target: unknown) => readTarget(fieldsOf(target), file));
}

function notAPlan(file: string, why: string): DismError {
  return new DismError('Corrupt', `${file} is not a plan of Export-ImagePlan: ${why}.`, { Target: file, File: file });
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function readTarget(fields: Record<string, unknown>, file: string): PlannedTarget {
  const text = (name: string, from = fields): string => {
    const value = from[name] ?? '';
    if (typeof value !== 'string') throw notAPlan(file, `${name} is no text`);
    return value;
  };
  const [path, imagePath] = [text('Path'), text('ImagePath')];
  if ((path === '') === (imagePath === '') || !Array.isArray(fields.Changes))
    throw notAPlan(file, 'a target is incomplete');
  return {
    path,
    imagePath,
    nestedImagePath: text('NestedImagePath'),
    guid: text('Guid'),
    headerSha256: text('HeaderSha256'),
    changes: fields.Changes.map((one: unknown) => {
      const change = fieldsOf(one);
      const index = change.ImageIndex;
      if (index !== undefined && (!Number.isInteger(index) || (index as number) < 1))
        throw notAPlan(file, 'ImageIndex');
      return {
        ...(index === undefined ? {} : { imageIndex: index as number }),
        kind: text('Kind', change) as ImageChange['kind'],
        action: text('Action', change) as ImageChange['action'],
        path: text('Target', change),
        name: text('Name', change),
        ...(change.Before === undefined ? {} : { before: readSide(change.Before, file) }),
        ...(change.After === undefined ? {} : { after: readSide(change.After, file) }),
      };
    }),
  };
}

function readSide(value: unknown, file: string): ImageChangeSide {
  const side = fieldsOf(value);
  for (const [name, field] of Object.entries(side)) {
    if (typeof field !== 'string' && typeof field !== 'number')
      throw notAPlan(file, `${name} is neither text nor number`);
  }
  return side as ImageChangeSide;
}
