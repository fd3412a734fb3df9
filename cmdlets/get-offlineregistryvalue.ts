// Get-OfflineRegistryValue: values of a key of hive files and images.
import { DismError } from '../lib/base/error.ts';
import { string, switchParameter } from '../lib/host/parameter.ts';
import { hasWildcard, wildcard } from '../lib/host/value/wildcard.ts';
import type { HiveKey } from '../lib/registry/hive-key.ts';
import { findKeys, offlineRegistryValue, registryKeys, valueName, valueRecord } from './offline-registry.ts';
import { defineRegistryCmdlet, shownKey } from './registry-target.ts';

export default defineRegistryCmdlet({
  name: 'Get-OfflineRegistryValue',
  synopsis: 'Reads values of a key of a registry hive file or of the registry in an image.',
  impact: 'none',
  parameters: {
    Key: registryKeys,
    Name: string.array({
      help: "Only values of these names; '' or (default) is the default value.",
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
    {
      title: 'The same in an image',
      command:
        "Get-OfflineRegistryValue -ImagePath windows.wim -Index 1 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion' CurrentBuild",
    },
  ],
  async *run(place, p, ctx) {
    const names = p.Name?.map(valueName);
    const tests = names?.map((name) => wildcard(name));
    const visit = function* (key: HiveKey): Generator<ReturnType<typeof valueRecord>> {
      const { path } = key;
      for (const value of key.values()) {
        if (!tests || tests.some((matches) => matches(value.name))) yield valueRecord(place, path, value);
      }
      if (p.Recurse) for (const child of key.subkeys()) yield* visit(child);
    };
    for (const top of findKeys(place, ctx)) {
      for (const name of p.Recurse || hasWildcard(place.key) ? [] : (names ?? [])) {
        if (hasWildcard(name) || top.value(name)) continue;
        const target = [shownKey(place, top.path), name].join('\\');
        ctx.error(new DismError('NotFound', `${place.label} has no value ${target}.`, { Target: target }), target);
      }
      yield* visit(top);
    }
  },
});
