// Import-OfflineRegistry: carries out a .reg file on a hive file.
import { readFile } from 'node:fs/promises';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { path, string } from '../lib/host/parameter.ts';
import { defineRecord } from '../lib/host/record.ts';
import { pathBelow } from '../lib/registry/hive-paths.ts';
import { importRegText } from '../lib/registry/reg-text-import.ts';
import { parseRegText } from '../lib/registry/reg-text-parser.ts';
import { HiveEdits, hivePath } from './offline-registry.ts';

interface OfflineRegistryImport {
  readonly HivePath: string;
  readonly RegistryFile: string;
  readonly KeysCreated: number;
  readonly KeysDeleted: number;
  readonly ValuesSet: number;
  readonly ValuesDeleted: number;
  /** Lines about keys that are not in this hive. */
  readonly Skipped: number;
}

const offlineRegistryImport = defineRecord<OfflineRegistryImport>('OpenDism.OfflineRegistryImport', {
  list: ['HivePath', 'RegistryFile', 'KeysCreated', 'KeysDeleted', 'ValuesSet', 'ValuesDeleted', 'Skipped'],
});

export default defineCmdlet({
  name: 'Import-OfflineRegistry',
  synopsis: 'Carries out a .reg file on a registry hive file.',
  description:
    'Both forms of regedit are read, in UTF-16, UTF-8 and 8-bit text. A file that is not understood as a whole changes nothing.',
  impact: 'medium',
  parameters: {
    HivePath: hivePath,
    RegistryFile: path({
      help: 'The .reg file.',
      mandatory: true,
      pipeline: 'property',
      position: 1,
      aliases: ['FullName'],
    }),
    Root: string({
      help: 'The registry path that the hive stands for, such as HKLM\\SOFTWARE: other keys of the file are left out. Without it every key of the file is taken, below HKLM\\<any name>, HKU\\<any name> or HKCU.',
    }),
  },
  output: offlineRegistryImport,
  examples: [
    { title: 'Settings for all users', command: 'Import-OfflineRegistry SOFTWARE settings.reg -Root HKLM\\SOFTWARE' },
  ],
  state: () => new HiveEdits<OfflineRegistryImport>(),
  async process(p, ctx) {
    const hive = await ctx.state.open(p.HivePath, ctx);
    const text = parseRegText(await readFile(p.RegistryFile), p.RegistryFile);
    const { Root } = p;
    if (!(await ctx.shouldProcess(p.HivePath, `Import ${p.RegistryFile}`))) return undefined;
    const mapPath = Root === undefined ? undefined : (key: string) => pathBelow(hive, Root, key);
    const result = importRegText(hive, text, mapPath ? { mapPath } : {});
    const record = offlineRegistryImport({
      HivePath: p.HivePath,
      RegistryFile: p.RegistryFile,
      KeysCreated: result.keysCreated,
      KeysDeleted: result.keysDeleted,
      ValuesSet: result.valuesSet,
      ValuesDeleted: result.valuesDeleted,
      Skipped: result.skipped,
    });
    ctx.state.add(p.HivePath, record);
    return undefined;
  },
  end: (_, ctx) => ctx.state.commit(),
});
