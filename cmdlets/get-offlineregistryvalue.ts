// Get-OfflineRegistryValue: values of a key of a hive file.
import { DismError } from '../lib/base/error.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { string, switchParameter } from '../lib/host/parameter.ts';
import { hasWildcard, wildcard } from '../lib/host/value/wildcard.ts';
import type { HiveKey } from '../lib/registry/hive-key.ts';
import { hivePath, keyAt, offlineRegistryValue, openForCmdlet, registryKey, valueRecord } from './offline-registry.ts';

export default defineCmdlet({
  name: 'Get-OfflineRegistryValue',
  synopsis: 'Reads values of a key of a registry hive file.',
  impact: 'none',
  parameters: {
    HivePath: hivePath,
    Key: registryKey,
    Name: string.array({
      help: "Only values of these names; '' is the default value.",
      position: 2,
      wildcards: true,
    }),
    Recurse: switchParameter({ help: 'Also the values of all keys below.' }),
  },
  output: offlineRegistryValue,
  examples: [
    {
      title: 'The build of an offline Windows',
      command: "Get-OfflineRegistryValue SOFTWARE 'Microsoft\\Windows NT\\CurrentVersion' CurrentBuild",
    },
  ],
  async *process(p, ctx) {
    const hive = await openForCmdlet(p.HivePath, ctx);
    const tests = p.Name?.map((name) => wildcard(name));
    const visit = function* (key: HiveKey): Generator<ReturnType<typeof valueRecord>> {
      const { path } = key;
      for (const value of key.values()) {
        if (!tests || tests.some((matches) => matches(value.name))) yield valueRecord(p.HivePath, path, value);
      }
      if (p.Recurse) for (const child of key.subkeys()) yield* visit(child);
    };
    const top = keyAt(hive, p.Key);
    for (const name of p.Recurse ? [] : (p.Name ?? [])) {
      if (hasWildcard(name) || top.value(name)) continue;
      const target = [top.path, name].join('\\');
      ctx.error(
        new DismError('NotFound', `The hive ${p.HivePath} has no value ${target}.`, { Target: target }),
        target,
      );
    }
    yield* visit(top);
  },
});
