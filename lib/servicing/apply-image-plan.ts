// Carries out planned changes on the session of an image: each entry, key and value must be what it was when the plan was
// made, and the plan of the session must in the end be the planned one. Nothing is committed here.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DismError } from '../base/error.ts';
import { FileTime } from '../base/file-time.ts';
import { fromSystemError } from '../base/system-error.ts';
import type { FileContent, FileMetadata } from '../image/image-root.ts';
import { parseValueType } from '../registry/value-type.ts';
import type { ImageChange, ImageChangeSide } from './image-change.ts';
import type { ImageSession } from './image-session.ts';

/** Throws FileChanged when the image, or a local file, is not what it was. */
export async function applyImagePlan(session: ImageSession, changes: readonly ImageChange[]): Promise<void> {
  const own = changes.filter((change) => change.after?.Source !== 'Registry');
  const files = own.filter(({ kind }) => kind === 'File' || kind === 'Directory');
  for (const change of files) await checkFile(session, change);
  const depth = ({ path }: ImageChange): number => path.split('\\').length;
  const having = (...actions: ImageChange['action'][]): ImageChange[] =>
    files.filter(({ action }) => actions.includes(action)).sort((a, b) => depth(a) - depth(b));
  for (const { path } of having('Remove').reverse()) await session.root.remove(path);
  for (const change of having('Rename')) {
    const from = textOf(change.before, 'FullName', change);
    // What lies in a renamed directory has come along.
    if ((await session.root.stat(from)) !== undefined) await session.root.rename(from, change.path);
  }
  for (const change of having('Create', 'Replace', 'Rename')) await writeEntry(session, change);
  for (const change of having('SetMetadata')) await session.root.setMetadata(change.path, metadataOf(change));
  await applyStreams(session, own);
  for (const change of own) if (change.kind.startsWith('Registry')) await applyToRegistry(session, change);
  await requirePlanned(session, changes);
}

function changed(session: ImageSession, path: string): DismError {
  const message = `${session.root.label}: ${path} is not what it was when the plan was made. Make a new plan.`;
  return new DismError('FileChanged', message, { Target: path });
}

function incomplete(change: ImageChange): DismError {
  return new DismError('Corrupt', `The plan does not say what becomes of ${change.path}.`, { Target: change.path });
}

function textOf(side: ImageChangeSide | undefined, name: string, change: ImageChange): string {
  const value = side?.[name];
  if (typeof value !== 'string') throw incomplete(change);
  return value;
}

async function checkFile(session: ImageSession, change: ImageChange): Promise<void> {
  const { before, path, action } = change;
  if (before === undefined) {
    // Another entry of the plan may make room.
    if (action !== 'Create') throw incomplete(change);
    return;
  }
  const from = textOf(before, 'FullName', change);
  const stat = await session.root.stat(from);
  if (stat === undefined || stat.isDirectory !== (change.kind === 'Directory')) throw changed(session, path);
  if (stat.reparseTag !== (before.ReparseTag ?? 0) || stat.reparseSha1 !== before.ReparseSha1)
    throw changed(session, path);
  if (stat.isDirectory || before.Sha256 === undefined) return;
  if (stat.size !== before.Length || sha256(await session.root.read(from)) !== before.Sha256)
    throw changed(session, from);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function writeEntry(session: ImageSession, change: ImageChange): Promise<void> {
  const { root } = session;
  const { kind, path, action, after } = change;
  let { before } = change;
  if (before?.ReparseTag !== undefined && after?.ReparseTag === undefined) {
    // What was a link and is none any more is another entry.
    await root.remove(path);
    before = undefined;
  }
  const metadata = metadataOf({ ...change, before });
  const isNew = action === 'Create' || before === undefined;
  if (kind === 'Directory') {
    if (isNew) await root.createDirectory(path, { metadata });
    else await root.setMetadata(path, metadata);
  } else if (after?.Sha256 !== undefined && after.Sha256 !== before?.Sha256) {
    await root.write(path, await contentOf(change), metadata);
  } else if (isNew) await root.write(path, { bytes: new Uint8Array(0) }, metadata);
  else await root.setMetadata(path, metadata);
}

/** Gives entries the named streams that they have in the end. */
async function applyStreams(session: ImageSession, changes: readonly ImageChange[]): Promise<void> {
  const byPath = new Map<string, ImageChange[]>();
  for (const change of changes) {
    if (change.kind === 'Stream') byPath.set(change.path, [...(byPath.get(change.path) ?? []), change]);
  }
  for (const [path, own] of byPath) {
    const stat = await session.root.stat(path);
    // The streams of an entry that is removed go with it.
    if (stat === undefined) continue;
    const { readStream } = session.root;
    const streams: { name: string; content: FileContent }[] = [];
    for (const { name, size, sha1 } of stat.streams) {
      const change = own.find((one) => one.name === name);
      if (change === undefined) {
        if (readStream === undefined) throw changed(session, path);
        streams.push({ name, content: { bytes: await readStream(path, name) } });
      } else if (change.before?.Length !== size || change.before.Sha1 !== sha1) {
        throw changed(session, `${path}:${name}`);
      }
    }
    for (const change of own) {
      if (change.after !== undefined) streams.push({ name: change.name, content: await contentOf(change) });
    }
    await session.root.setMetadata(path, { streams });
  }
}

async function contentOf(change: ImageChange): Promise<FileContent> {
  const { after } = change;
  const expected = textOf(after, 'Sha256', change);
  if (typeof after?.Content === 'string') {
    const bytes = Buffer.from(after.Content, 'base64');
    if (sha256(bytes) !== expected) throw incomplete(change);
    return { bytes };
  }
  const source = textOf(after, 'Source', change);
  const bytes = await readFile(source).catch((error: unknown) => {
    throw fromSystemError(error, source);
  });
  if (sha256(bytes) === expected) return { bytes };
  throw new DismError('FileChanged', `${source} is not what it was when the plan was made. Make a new plan.`, {
    Target: source,
  });
}

function metadataOf(change: ImageChange): FileMetadata {
  const { before, after } = change;
  if (after === undefined) throw incomplete(change);
  const time = (name: string): FileTime | undefined => {
    const text = after[name];
    return typeof text === 'string' && text !== before?.[name] ? FileTime.parse(text) : undefined;
  };
  const { Attributes, SecurityDescriptor, ShortName, ReparseTag, ReparseData } = after;
  return {
    ...(typeof ReparseTag === 'number' && typeof ReparseData === 'string'
      ? { reparse: { tag: ReparseTag, data: Buffer.from(ReparseData, 'base64') } }
      : {}),
    ...(typeof Attributes === 'number' && Attributes !== before?.Attributes ? { attributes: Attributes } : {}),
    // A time that stays is given too: writing contents would change it.
    lastWriteTime: FileTime.parse(textOf(after, 'LastWriteTime', change)),
    creationTime: time('CreationTime'),
    ...(typeof SecurityDescriptor === 'string' && SecurityDescriptor !== before?.SecurityDescriptor
      ? { securityDescriptor: Buffer.from(SecurityDescriptor, 'base64') }
      : {}),
    ...((ShortName ?? '') === (before?.ShortName ?? '') ? {} : { shortName: String(ShortName ?? '') }),
  };
}

async function applyToRegistry(session: ImageSession, change: ImageChange): Promise<void> {
  const { kind, action, path, name, before, after } = change;
  const { hive, key } = await session.locateKey(path);
  if (kind === 'RegistryKey') {
    if (action === 'Create') hive.root.create(key);
    else if (action === 'Remove') hive.root.deleteSubkey(key);
    else if (typeof after?.ClassName === 'string') hive.root.getSubkey(key).setClassName(after.ClassName);
    else {
      const descriptor = Buffer.from(textOf(after, 'SecurityDescriptor', change), 'base64');
      hive.root.getSubkey(key).setSecurityDescriptor(descriptor);
    }
    return;
  }
  const known = hive.root.subkey(key)?.value(name);
  // A value of a removed key went with it.
  if (known === undefined && action === 'Remove') return;
  if ((known && Buffer.from(known.data).toString('hex')) !== before?.Data) throw changed(session, `${path}\\${name}`);
  if (after === undefined) {
    hive.root.getSubkey(key).deleteValue(name);
    return;
  }
  const type = parseValueType(textOf(after, 'Type', change));
  if (type === undefined) throw incomplete(change);
  hive.root.create(key).setValue(name, type, Buffer.from(textOf(after, 'Data', change), 'hex'));
}

/** Properties that must come out as planned. Others follow from them, tell where bytes lie, or are times, which trees round. */
const essential = [
  ...['Sha256', 'Length', 'Attributes', 'ShortName', 'SecurityDescriptor', 'Sha1'],
  ...['ReparseTag', 'ReparseSha1', 'Type', 'Data', 'ClassName'],
];

/** A change without what may differ from run to run; a hive is known by what is in it. */
function essence({ kind, action, path, name, after }: ImageChange): string {
  const properties = after === undefined || after.Source === 'Registry' ? [] : essential.map((key) => after[key]);
  return [kind, action, path, name, ...properties].join('|');
}

async function requirePlanned(session: ImageSession, changes: readonly ImageChange[]): Promise<void> {
  const planned = new Set(changes.map(essence));
  for await (const change of session.plan()) {
    if (!planned.delete(essence(change))) throw changed(session, change.path);
  }
  const [left] = planned;
  if (left !== undefined) throw changed(session, left.split('|')[2] ?? '');
}
