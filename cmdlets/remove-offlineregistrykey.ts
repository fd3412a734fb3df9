// Remove-OfflineRegistryKey: deletes keys of hive files and images.
import { DismError } from '../lib/base/error.ts';
import { string, switchParameter } from '../lib/host/parameter.ts';
import { defineRegistryCmdlet, shownKey } from './registry-target.ts';

export default defineRegistryCmdlet({
  name: 'Remove-OfflineRegistryKey',
  synopsis: 'Deletes a key of a registry hive file or of the registry in an image, with its values.',
  description:
    'The hive is written once, when all input is done. A key that is not there is an error; the rest goes on.',
  impact: 'medium',
  parameters: {
    Key: string({
      help: 'The key by its full path; of a hive file also the path inside it.',
      mandatory: true,
      pipeline: 'property',
      position: 1,
    }),
    Recurse: switchParameter({ help: 'Also all keys below; without it a key that has some is refused.' }),
  },
  examples: [
    {
      title: 'A service with its parameters',
      command: 'Remove-OfflineRegistryKey SYSTEM HKLM\\SYSTEM\\CurrentControlSet\\Services\\old -Recurse',
    },
    {
      title: 'What that would change in an image',
      command:
        'Remove-OfflineRegistryKey -ImagePath windows.wim -Index 1 HKLM\\SYSTEM\\CurrentControlSet\\Services\\old -Recurse -PlanOnly',
    },
  ],
  // biome-ignore lint/correctness/useYield: a deleted key gives no record
  async *run(place, p, ctx) {
    const path = shownKey(place, place.key);
    const key = place.hive.root.subkey(place.key);
    if (!key) {
      ctx.error(new DismError('PathNotFound', `${place.label} has no key ${path}.`, { Target: path }), path);
      return;
    }
    if (key.subkeyCount > 0 && !p.Recurse) {
      const message = `The key ${path} has ${key.subkeyCount} subkeys. Use -Recurse to delete them too.`;
      ctx.error(new DismError('DirectoryNotEmpty', message, { Target: path }), path);
      return;
    }
    if (await place.shouldProcess(`${place.label}: ${path}`, 'Delete registry key')) key.delete();
  },
});
