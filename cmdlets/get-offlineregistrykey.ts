// Get-OfflineRegistryKey: keys of hive files and images.
import { switchParameter, uint32 } from '../lib/host/parameter.ts';
import type { HiveKey } from '../lib/registry/hive-key.ts';
import { findKeys, keyRecord, offlineRegistryKey, registryKeys } from './offline-registry.ts';
import { defineRegistryCmdlet } from './registry-target.ts';

function* below(key: HiveKey, depth: number): Generator<HiveKey> {
  yield key;
  if (depth === 0) return;
  for (const child of key.subkeys()) yield* below(child, depth - 1);
}

export default defineRegistryCmdlet({
  name: 'Get-OfflineRegistryKey',
  synopsis: 'Reads keys of a registry hive file or of the registry in an image.',
  impact: 'none',
  parameters: {
    Key: registryKeys,
    Depth: uint32({ help: 'Also the keys so many levels below. The default is 0, the key alone.', default: 0 }),
    Recurse: switchParameter({ help: 'Also all keys below.' }),
  },
  output: offlineRegistryKey,
  examples: [
    {
      title: 'The services of an offline Windows',
      command: 'Get-OfflineRegistryKey SYSTEM HKLM\\SYSTEM\\CurrentControlSet\\Services -Depth 1',
    },
    {
      title: 'The same in all images of a WIM',
      command:
        'Get-OfflineRegistryKey -ImagePath windows.wim -AllImages HKLM\\SYSTEM\\CurrentControlSet\\Services -Depth 1',
    },
  ],
  async *run(place, p, ctx) {
    const depth = p.Recurse ? Number.POSITIVE_INFINITY : p.Depth;
    for (const top of findKeys(place, ctx)) for (const key of below(top, depth)) yield keyRecord(place, key);
  },
});
