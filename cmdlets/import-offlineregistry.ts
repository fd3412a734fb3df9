// Import-OfflineRegistry: carries out a .reg file on hive files and images.
import { readFile } from 'node:fs/promises';
import { path, string } from '../lib/host/parameter.ts';
import { defineRecord } from '../lib/host/record.ts';
import { pathBelow } from '../lib/registry/hive-paths.ts';
import { importRegText, type RegImportResult } from '../lib/registry/reg-text-import.ts';
import { parseRegText } from '../lib/registry/reg-text-parser.ts';
import { importIntoImage } from '../lib/servicing/registry-import.ts';
import { defineRegistryCmdlet, originInImage, type RegistryOrigin } from './registry-target.ts';

interface OfflineRegistryImport extends RegistryOrigin {
  readonly RegistryFile: string;
  readonly KeysCreated: number;
  readonly KeysDeleted: number;
  readonly ValuesSet: number;
  readonly ValuesDeleted: number;
  /** Lines about keys that are not in this hive, or in no hive of the image. */
  readonly Skipped: number;
}

const offlineRegistryImport = defineRecord<OfflineRegistryImport>('OpenDism.OfflineRegistryImport', {
  list: [
    'HivePath',
    'Path',
    'ImagePath',
    'ImageIndex',
    'RegistryFile',
    'KeysCreated',
    'KeysDeleted',
    'ValuesSet',
    'ValuesDeleted',
    'Skipped',
  ],
});

function importRecord(
  origin: RegistryOrigin,
  RegistryFile: string,
  result: RegImportResult,
): Readonly<OfflineRegistryImport> {
  return offlineRegistryImport({
    ...origin,
    RegistryFile,
    KeysCreated: result.keysCreated,
    KeysDeleted: result.keysDeleted,
    ValuesSet: result.valuesSet,
    ValuesDeleted: result.valuesDeleted,
    Skipped: result.skipped,
  });
}

export default defineRegistryCmdlet({
  name: 'Import-OfflineRegistry',
  synopsis: 'Carries out a .reg file on a registry hive file or on the registry of an image.',
  description:
    'Both forms of regedit are read, in UTF-16, UTF-8 and 8-bit text. A file that is not understood as a whole changes nothing.',
  impact: 'medium',
  parameters: {
    RegistryFile: path({
      help: 'The .reg file.',
      mandatory: true,
      pipeline: 'property',
      position: 1,
      aliases: ['FullName'],
    }),
    Root: string({
      sets: ['HiveFile'],
      help: 'The registry path that the hive stands for, such as HKLM\\SOFTWARE: other keys of the file are left out. Without it every key of the file is taken, below HKLM\\<any name>, HKU\\<any name> or HKCU.',
    }),
  },
  output: offlineRegistryImport,
  examples: [
    { title: 'Settings for all users', command: 'Import-OfflineRegistry SOFTWARE settings.reg -Root HKLM\\SOFTWARE' },
    {
      title: 'Into all images of a WIM',
      command: 'Import-OfflineRegistry -ImagePath windows.wim -AllImages settings.reg',
    },
  ],
  async *run({ hive, origin, label, shouldProcess }, p) {
    const text = parseRegText(await readFile(p.RegistryFile), p.RegistryFile);
    const { Root } = p;
    if (!(await shouldProcess(label, `Import ${p.RegistryFile}`))) return;
    const mapPath = Root === undefined ? undefined : (key: string) => pathBelow(hive, Root, key);
    yield importRecord(origin, p.RegistryFile, importRegText(hive, text, mapPath ? { mapPath } : {}));
  },
  async *runOnImage(session, p) {
    const text = parseRegText(await readFile(p.RegistryFile), p.RegistryFile);
    yield importRecord(originInImage(session, p), p.RegistryFile, await importIntoImage(session, text));
  },
});
