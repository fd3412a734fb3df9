// Remove-OfflineRegistryValue: deletes values of a hive file.
import { DismError } from '../lib/base/error.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { string } from '../lib/host/parameter.ts';
import { HiveEdits, hivePath, keyAt, registryKey } from './offline-registry.ts';

export default defineCmdlet({
  name: 'Remove-OfflineRegistryValue',
  synopsis: 'Deletes a value of a key of a registry hive file.',
  description:
    'The hive is written once, when all input is done. A value that is not there is an error; the rest goes on.',
  impact: 'medium',
  parameters: {
    HivePath: hivePath,
    Key: registryKey,
    Name: string({
      help: "The value; '' is the default value.",
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
  ],
  state: () => new HiveEdits<never>(),
  async process(p, ctx) {
    const hive = await ctx.state.open(p.HivePath, ctx);
    const key = keyAt(hive, p.Key);
    const target = [key.path, p.Name].join('\\');
    if (!key.value(p.Name)) {
      ctx.error(
        new DismError('NotFound', `The hive ${p.HivePath} has no value ${target}.`, { Target: target }),
        target,
      );
      return undefined;
    }
    if (!(await ctx.shouldProcess(`${p.HivePath}: ${target}`, 'Delete registry value'))) return undefined;
    key.deleteValue(p.Name);
    ctx.state.add(p.HivePath);
    return undefined;
  },
  end: (_, ctx) => ctx.state.commit(),
});
