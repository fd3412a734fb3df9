// Remove-OfflineRegistryValue: deletes values of a hive file.
import { DismError } from '../lib/base/error.ts';
import { string } from '../lib/host/parameter.ts';
import { registryKey, valueName } from './offline-registry.ts';
import { defineRegistryCmdlet, shownKey } from './registry-target.ts';

export default defineRegistryCmdlet({
  name: 'Remove-OfflineRegistryValue',
  synopsis: 'Deletes a value of a key of a registry hive file or of the registry in an image.',
  description:
    'The hive is written once, when all input is done. A value that is not there is an error; the rest goes on.',
  impact: 'medium',
  parameters: {
    Key: registryKey,
    Name: string({
      help: "The value; '' or (default) is the default value.",
      mandatory: true,
      pipeline: 'property',
      position: 2,
    }),
  },
  examples: [
    {
      title: 'A start override of a driver',
      command: 'Remove-OfflineRegistryValue SYSTEM HKLM\\SYSTEM\\CurrentControlSet\\Services\\vioscsi\\StartOverride 0',
    },
    {
      title: 'The same in a directory',
      command:
        'Remove-OfflineRegistryValue -Path ./mount HKLM\\SYSTEM\\CurrentControlSet\\Services\\vioscsi\\StartOverride 0',
    },
  ],
  // biome-ignore lint/correctness/useYield: a deleted value gives no record
  async *run(place, p, ctx) {
    const name = valueName(p.Name);
    const key = place.hive.root.subkey(place.key);
    const target = [shownKey(place, place.key), name === '' ? '(default)' : name].join('\\');
    if (!key?.value(name)) {
      ctx.error(new DismError('NotFound', `${place.label} has no value ${target}.`, { Target: target }), target);
      return;
    }
    if (await place.shouldProcess(`${place.label}: ${target}`, 'Delete registry value')) key.deleteValue(name);
  },
});
