// What servicing does to an image, as data: one record for each file, stream, registry key and registry value that differs
// afterwards, with what it was and what it becomes.
import type { FileChange, FileStat, StreamStat } from '../image/image-root.ts';
import type { HiveDifference } from '../registry/compare-hives.ts';
import { describeValue, type HiveValue } from '../registry/hive-value.ts';
import { valueTypeName } from '../registry/value-type.ts';

export type ImageChangeKind = 'File' | 'Directory' | 'Stream' | 'RegistryKey' | 'RegistryValue';
export type ImageChangeAction = 'Create' | 'Replace' | 'SetMetadata' | 'Rename' | 'Remove';

/** One side of a change: plain data with the properties that its kind has. */
export type ImageChangeSide = Readonly<Record<string, string | number>>;

export interface ImageChange {
  readonly kind: ImageChangeKind;
  readonly action: ImageChangeAction;
  /** `\Windows\INF\oem0.inf` or `HKLM\SOFTWARE\Microsoft`, after the change; of what is removed before it. */
  readonly path: string;
  /** Of a stream or value; empty for other changes and for the default value. */
  readonly name: string;
  readonly before?: ImageChangeSide | undefined;
  readonly after?: ImageChangeSide | undefined;
}

const fileActions: Readonly<Record<FileChange['kind'], ImageChangeAction>> = {
  create: 'Create',
  replace: 'Replace',
  metadata: 'SetMetadata',
  rename: 'Rename',
  remove: 'Remove',
};

/** The records of a change of a file: itself, and each stream that differs. */
export function* fileImageChanges(change: FileChange): Generator<ImageChange, void, undefined> {
  const { before, after, path } = change;
  yield {
    kind: (after ?? before)!.isDirectory ? 'Directory' : 'File',
    action: fileActions[change.kind],
    path,
    name: '',
    ...(before && { before: fileSide(before, change.sha256Before) }),
    ...(after && { after: fileSide(after, change.sha256After) }),
  };
  const streams = new Set([...(before?.streams ?? []), ...(after?.streams ?? [])].map(({ name }) => name));
  for (const name of streams) {
    const left = before?.streams.find((stream) => stream.name === name);
    const right = after?.streams.find((stream) => stream.name === name);
    if (left && right && left.size === right.size && left.sha1 === right.sha1) continue;
    yield {
      kind: 'Stream',
      action: left === undefined ? 'Create' : right === undefined ? 'Remove' : 'Replace',
      path,
      name,
      ...(left && { before: streamSide(left) }),
      ...(right && { after: streamSide(right) }),
    };
  }
}

function streamSide({ size, sha1 }: StreamStat): ImageChangeSide {
  return { Length: size, ...(sha1 === undefined ? {} : { Sha1: sha1 }) };
}

function fileSide(stat: FileStat, sha256: string | undefined): ImageChangeSide {
  return {
    FullName: stat.path,
    ...(stat.isDirectory ? {} : { Length: stat.size }),
    ...(sha256 === undefined ? {} : { Sha256: sha256 }),
    Attributes: stat.attributes,
    CreationTime: stat.creationTime.toJSON(),
    LastWriteTime: stat.lastWriteTime.toJSON(),
    ...(stat.shortName === '' ? {} : { ShortName: stat.shortName }),
    ...(stat.securityDescriptor === undefined
      ? {}
      : { SecurityDescriptor: Buffer.from(stat.securityDescriptor).toString('base64') }),
    ...(stat.reparseTag === 0 ? {} : { ReparseTag: stat.reparseTag }),
    ...(stat.reparseSha1 === undefined ? {} : { ReparseSha1: stat.reparseSha1 }),
    ...(stat.linkCount > 1 ? { LinkCount: stat.linkCount } : {}),
  };
}

/** The record of a difference of two states of a hive, whose root is `hivePath`, such as `HKLM\SOFTWARE`. */
export function registryImageChange(hivePath: string, difference: HiveDifference): ImageChange {
  const path = difference.path === '' ? hivePath : `${hivePath}\\${difference.path}`;
  switch (difference.kind) {
    case 'key-added':
      return { kind: 'RegistryKey', action: 'Create', path, name: '' };
    case 'key-removed':
      return { kind: 'RegistryKey', action: 'Remove', path, name: '' };
    case 'value-added':
      return {
        kind: 'RegistryValue',
        action: 'Create',
        path,
        name: difference.name,
        after: valueSide(difference.after),
      };
    case 'value-removed':
      return {
        kind: 'RegistryValue',
        action: 'Remove',
        path,
        name: difference.name,
        before: valueSide(difference.before),
      };
    case 'value-changed': {
      const [before, after] = [valueSide(difference.before), valueSide(difference.after)];
      return { kind: 'RegistryValue', action: 'Replace', path, name: difference.name, before, after };
    }
    case 'class-changed': {
      const [before, after] = [{ ClassName: difference.before }, { ClassName: difference.after }];
      return { kind: 'RegistryKey', action: 'SetMetadata', path, name: '', before, after };
    }
    case 'security-changed': {
      const side = (bytes: Uint8Array) => ({ SecurityDescriptor: Buffer.from(bytes).toString('base64') });
      const [before, after] = [side(difference.before), side(difference.after)];
      return { kind: 'RegistryKey', action: 'SetMetadata', path, name: '', before, after };
    }
  }
}

/** `Data` is exact, in hexadecimal; `Value` is for people. */
function valueSide(value: HiveValue): ImageChangeSide {
  return {
    Type: valueTypeName(value.type),
    Data: Buffer.from(value.data).toString('hex'),
    Value: describeValue(value),
  };
}

const verbs: Readonly<Record<ImageChangeAction, string>> = {
  Create: 'Create',
  Replace: 'Change',
  SetMetadata: 'Change properties of',
  Rename: 'Rename',
  Remove: 'Remove',
};
const nouns: Readonly<Record<ImageChangeKind, string>> = {
  File: 'file',
  Directory: 'directory',
  Stream: 'stream',
  RegistryKey: 'registry key',
  RegistryValue: 'registry value',
};

/** What -WhatIf says: the operation, and on what. */
export function describeImageChange(change: ImageChange): { readonly action: string; readonly target: string } {
  const { kind, action, path, name, before, after } = change;
  const separator = kind === 'Stream' ? ':' : '\\';
  const target =
    kind === 'RegistryValue' || kind === 'Stream' ? `${path}${separator}${name === '' ? '(default)' : name}` : path;
  const from = action === 'Rename' ? ` from ${before?.FullName ?? ''}` : '';
  const links = Number(before?.LinkCount ?? 1) > 1 && action === 'Replace' && Number(after?.LinkCount ?? 1) === 1;
  const broken = links ? `, which leaves its ${Number(before?.LinkCount) - 1} other names with the old contents` : '';
  const values = kind === 'RegistryValue' && after !== undefined ? ` to ${after.Value} (${after.Type})` : '';
  return { action: `${verbs[action]} ${nouns[kind]}${from}${values}${broken}`, target };
}
