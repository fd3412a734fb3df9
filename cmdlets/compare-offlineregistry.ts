// Compare-OfflineRegistry: the differences of two registries, in hive files or images.
import { DismError } from '../lib/base/error.ts';
import type { CmdletContext } from '../lib/host/context.ts';
import { path, switchParameter, uint32 } from '../lib/host/parameter.ts';
import { defineRecord } from '../lib/host/record.ts';
import { compareKeys, type HiveDifference } from '../lib/registry/compare-hives.ts';
import type { HiveValue } from '../lib/registry/hive-value.ts';
import { valueTypeName } from '../lib/registry/value-type.ts';
import { openServicingTarget } from '../lib/servicing/open-servicing-target.ts';
import { dataOf, type RegistryData, registryKey } from './offline-registry.ts';
import {
  defineRegistryCmdlet,
  openForCmdlet,
  placeInFile,
  placeInImage,
  type RegistryPlace,
  shownKey,
} from './registry-target.ts';
import { imageFile, servicingOptions } from './servicing-target.ts';

interface OfflineRegistryDifference {
  readonly Change: string;
  readonly Key: string;
  /** Of the value; absent for changes of keys. */
  readonly Name?: string;
  readonly BeforeType?: string;
  readonly Before?: RegistryData;
  readonly AfterType?: string;
  readonly After?: RegistryData;
}

const offlineRegistryDifference = defineRecord<OfflineRegistryDifference>('OpenDism.OfflineRegistryDifference', {
  table: ['Change', 'Key', 'Name', 'Before', 'After'],
  text: (record) => `${record.Change} ${record.Key}${record.Name === undefined ? '' : `\\${record.Name}`}`,
});

const changes: Readonly<Record<HiveDifference['kind'], string>> = {
  'key-added': 'KeyAdded',
  'key-removed': 'KeyRemoved',
  'value-added': 'ValueAdded',
  'value-removed': 'ValueRemoved',
  'value-changed': 'ValueChanged',
  'class-changed': 'ClassChanged',
  'security-changed': 'SecurityChanged',
};

type Side = string | Uint8Array | HiveValue;

function shown(side: Side): { readonly type?: string; readonly data: RegistryData } {
  if (typeof side === 'string') return { data: side };
  if (side instanceof Uint8Array) return { data: [...side] };
  return { type: valueTypeName(side.type), data: dataOf(side) };
}

function toRecord(difference: HiveDifference): OfflineRegistryDifference {
  const before = 'before' in difference ? shown(difference.before) : undefined;
  const after = 'after' in difference ? shown(difference.after) : undefined;
  return offlineRegistryDifference({
    Change: changes[difference.kind],
    Key: difference.path,
    ...('name' in difference && { Name: difference.name }),
    ...(before && { Before: before.data }),
    ...(before?.type !== undefined && { BeforeType: before.type }),
    ...(after && { After: after.data }),
    ...(after?.type !== undefined && { AfterType: after.type }),
  });
}

interface Difference {
  readonly Key: string;
  readonly DifferenceHivePath?: string | undefined;
  readonly DifferencePath?: string | undefined;
  readonly DifferenceImagePath?: string | undefined;
  readonly DifferenceIndex?: number | undefined;
}

/** The other side of the comparison. */
async function openOther(
  place: RegistryPlace,
  p: Difference,
  ctx: CmdletContext,
): Promise<{ readonly place: RegistryPlace } & AsyncDisposable> {
  const file = p.DifferenceHivePath;
  if (file !== undefined) {
    const hive = await openForCmdlet(file, ctx);
    return { place: placeInFile(hive, file, p.Key, ctx), [Symbol.asyncDispose]: async () => {} };
  }
  const { DifferencePath: path, DifferenceImagePath: imagePath } = p;
  if (path === undefined && imagePath === undefined) {
    const message = `Say what to compare ${place.label} with: -DifferencePath, -DifferenceImagePath or -DifferenceHivePath.`;
    throw new DismError('InvalidParameter', message);
  }
  const location = path === undefined ? { imagePath: imagePath!, indexes: [p.DifferenceIndex ?? 1] } : { path };
  const target = await openServicingTarget(location, { ...servicingOptions({}, ctx, 'folder'), readOnly: true });
  try {
    const other = await placeInImage(target.sessions[0]!, { Path: path, ImagePath: imagePath }, p.Key);
    return { place: other, [Symbol.asyncDispose]: () => target[Symbol.asyncDispose]() };
  } catch (error) {
    await target[Symbol.asyncDispose]();
    throw error;
  }
}

export default defineRegistryCmdlet({
  name: 'Compare-OfflineRegistry',
  synopsis: 'Lists the differences of two registry hive files, or of a key in two images.',
  impact: 'none',
  parameters: {
    DifferenceHivePath: path({
      help: 'The hive file to compare with.',
      mandatory: ['HiveFile'],
      sets: ['HiveFile', 'Offline', imageFile],
      position: 2,
    }),
    DifferencePath: path({ help: 'The directory to compare with.', sets: ['Offline', imageFile] }),
    DifferenceImagePath: path({ help: 'The .wim file to compare with.', sets: ['Offline', imageFile] }),
    DifferenceIndex: uint32({ help: 'Its image, from 1; the default is 1.', sets: ['Offline', imageFile], default: 1 }),
    Key: registryKey,
    NoExpand: switchParameter({ help: 'Of a tree that only one hive has, gives its top key alone.' }),
    IncludeSecurity: switchParameter({ help: 'Also compares security descriptors and class names.' }),
  },
  output: offlineRegistryDifference,
  examples: [
    { title: 'What a change has done', command: 'Compare-OfflineRegistry SYSTEM.before -DifferenceHivePath SYSTEM' },
    {
      title: 'What two images of a WIM have differently',
      command:
        'Compare-OfflineRegistry -ImagePath windows.wim -Index 1 HKLM\\SOFTWARE\\Microsoft -DifferenceImagePath windows.wim -DifferenceIndex 2',
    },
  ],
  async *run(place, p, ctx) {
    const left = place.hive.root.getSubkey(place.key);
    const top = shownKey(place, left.path);
    const options = { expand: !p.NoExpand, security: p.IncludeSecurity };
    await using other = await openOther(place, p, ctx);
    const right = other.place.hive.root.getSubkey(other.place.key);
    for (const difference of compareKeys(left, right, options, top)) yield toRecord(difference);
  },
});
