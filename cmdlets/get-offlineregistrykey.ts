// Get-OfflineRegistryKey: keys of a hive file.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { switchParameter, uint32 } from '../lib/host/parameter.ts';
import type { HiveKey } from '../lib/registry/hive-key.ts';
import { hivePath, keyAt, keyRecord, offlineRegistryKey, openForCmdlet, registryKey } from './offline-registry.ts';

function* below(key: HiveKey, depth: number): Generator<HiveKey> {
  yield key;
  if (depth === 0) return;
  for (const child of key.subkeys()) yield* below(child, depth - 1);
}

export default defineCmdlet({
  name: 'Get-OfflineRegistryKey',
  synopsis: 'Reads keys of a registry hive file.',
  impact: 'none',
  parameters: {
    HivePath: hivePath,
    Key: registryKey,
    Depth: uint32({ help: 'Also the keys so many levels below. The default is 0, the key alone.', default: 0 }),
    Recurse: switchParameter({ help: 'Also all keys below.' }),
  },
  output: offlineRegistryKey,
  examples: [
    {
      title: 'The services of an offline Windows',
      command: 'Get-OfflineRegistryKey SYSTEM HKLM\\SYSTEM\\CurrentControlSet\\Services -Depth 1',
    },
  ],
  async *process(p, ctx) {
    const hive = await openForCmdlet(p.HivePath, ctx);
    const depth = p.Recurse ? Number.POSITIVE_INFINITY : p.Depth;
    for (const key of below(keyAt(hive, p.Key), depth)) yield keyRecord(p.HivePath, key);
  },
});
