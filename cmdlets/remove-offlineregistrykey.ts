// Remove-OfflineRegistryKey: deletes keys of a hive file.
import { DismError } from '../lib/base/error.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { string, switchParameter } from '../lib/host/parameter.ts';
import { pathInsideHive } from '../lib/registry/hive-paths.ts';
import { HiveEdits, hivePath } from './offline-registry.ts';

export default defineCmdlet({
  name: 'Remove-OfflineRegistryKey',
  synopsis: 'Deletes a key of a registry hive file with its values.',
  description:
    'The hive is written once, when all input is done. A key that is not there is an error; the rest goes on.',
  impact: 'medium',
  parameters: {
    HivePath: hivePath,
    Key: string({
      help: 'The key inside the hive, or its full path.',
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
  ],
  state: () => new HiveEdits<never>(),
  async process(p, ctx) {
    const hive = await ctx.state.open(p.HivePath, ctx);
    const path = pathInsideHive(hive, p.Key);
    const key = hive.root.subkey(path);
    if (!key) {
      ctx.error(new DismError('PathNotFound', `The hive ${p.HivePath} has no key ${path}.`, { Target: path }), path);
      return undefined;
    }
    if (key.subkeyCount > 0 && !p.Recurse) {
      const message = `The key ${path} has ${key.subkeyCount} subkeys. Use -Recurse to delete them too.`;
      ctx.error(new DismError('DirectoryNotEmpty', message, { Target: path }), path);
      return undefined;
    }
    if (!(await ctx.shouldProcess(`${p.HivePath}: ${path}`, 'Delete registry key'))) return undefined;
    key.delete();
    ctx.state.add(p.HivePath);
    return undefined;
  },
  end: (_, ctx) => ctx.state.commit(),
});
