// Compare-OfflineRegistry: the differences of two hive files.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { path, switchParameter } from '../lib/host/parameter.ts';
import { defineRecord } from '../lib/host/record.ts';
import { compareKeys, type HiveDifference } from '../lib/registry/compare-hives.ts';
import type { HiveValue } from '../lib/registry/hive-value.ts';
import { valueTypeName } from '../lib/registry/value-type.ts';
import { dataOf, hivePath, keyAt, openForCmdlet, type RegistryData, registryKey } from './offline-registry.ts';

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

export default defineCmdlet({
  name: 'Compare-OfflineRegistry',
  synopsis: 'Lists the differences of two registry hive files.',
  impact: 'none',
  parameters: {
    HivePath: hivePath,
    DifferenceHivePath: path({ help: 'The hive file to compare with.', mandatory: true, position: 2 }),
    Key: registryKey,
    NoExpand: switchParameter({ help: 'Of a tree that only one hive has, gives its top key alone.' }),
    IncludeSecurity: switchParameter({ help: 'Also compares security descriptors and class names.' }),
  },
  output: offlineRegistryDifference,
  examples: [
    { title: 'What a change has done', command: 'Compare-OfflineRegistry SYSTEM.before -DifferenceHivePath SYSTEM' },
  ],
  async *process(p, ctx) {
    const before = await openForCmdlet(p.HivePath, ctx);
    const after = await openForCmdlet(p.DifferenceHivePath, ctx);
    const left = keyAt(before, p.Key);
    const options = { expand: !p.NoExpand, security: p.IncludeSecurity };
    for (const difference of compareKeys(left, keyAt(after, p.Key), options, left.path)) yield toRecord(difference);
  },
});
