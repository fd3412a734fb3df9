// Export-OfflineRegistry: writes a key of a hive file or image as a .reg file.
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { DismError } from '../lib/base/error.ts';
import { enumeration, path, string, switchParameter } from '../lib/host/parameter.ts';
import { defineRecord } from '../lib/host/record.ts';
import { writeRegText } from '../lib/registry/reg-text-writer.ts';
import { encodeRegText } from '../lib/registry/text-encoding.ts';
import { registryKey } from './offline-registry.ts';
import { defineRegistryCmdlet, type RegistryOrigin, type RegistryPlace, shownKey } from './registry-target.ts';

interface OfflineRegistryExport extends RegistryOrigin {
  readonly Key: string;
  readonly RegistryFile: string;
  readonly Length: number;
}

const offlineRegistryExport = defineRecord<OfflineRegistryExport>('OpenDism.OfflineRegistryExport', {
  list: ['HivePath', 'Path', 'ImagePath', 'ImageIndex', 'Key', 'RegistryFile', 'Length'],
});

const encodings = { Unicode: 'utf-16le', UTF8: 'utf-8' } as const;

/** What the key is called in the file. */
function exportedName(place: RegistryPlace, key: string, root: string | undefined): string {
  const file = basename(place.label).toUpperCase();
  const fileRoot = file === 'NTUSER.DAT' ? 'HKEY_CURRENT_USER' : `HKEY_LOCAL_MACHINE\\${file}`;
  const hiveRoot =
    place.root === ''
      ? fileRoot
      : place.root
          .replace(/^HKLM/, 'HKEY_LOCAL_MACHINE')
          .replace(/^HKU/, 'HKEY_USERS')
          .replace(/^HKCU/, 'HKEY_CURRENT_USER');
  return [root ?? hiveRoot, key].filter((part) => part !== '').join('\\');
}

export default defineRegistryCmdlet({
  name: 'Export-OfflineRegistry',
  synopsis: 'Writes a key of a registry hive file or of the registry in an image, with all below it, as a .reg file.',
  description: 'A .reg file holds keys and values; it has no security descriptors, class names or times.',
  impact: 'low',
  parameters: {
    Key: registryKey,
    RegistryFile: path({ help: 'The .reg file to write.', mandatory: true, pipeline: 'property', position: 2 }),
    Root: string({
      help: 'What the root of the hive is called in the file. The default is HKEY_LOCAL_MACHINE with the name of the hive file, and HKEY_CURRENT_USER for NTUSER.DAT.',
    }),
    Encoding: enumeration(['Unicode', 'UTF8'], { help: 'Unicode is UTF-16, as regedit writes.', default: 'Unicode' }),
    Legacy: switchParameter({ help: 'The REGEDIT4 form, in 8-bit text.' }),
    Force: switchParameter({ help: 'Replaces a file that is there.' }),
  },
  output: offlineRegistryExport,
  examples: [
    {
      title: 'A service',
      command: 'Export-OfflineRegistry SYSTEM HKLM\\SYSTEM\\CurrentControlSet\\Services\\disk disk.reg',
    },
  ],
  async *run(place, p, ctx) {
    const key = place.hive.root.getSubkey(place.key);
    const keyName = exportedName(place, key.path, p.Root);
    const text = writeRegText(key, { keyName, version: p.Legacy ? 4 : 5 });
    const bytes = encodeRegText(text, p.Legacy ? 'windows-1252' : encodings[p.Encoding]);
    if (!(await ctx.shouldProcess(p.RegistryFile, `Export ${keyName}`))) return;
    await writeFile(p.RegistryFile, bytes, { flag: p.Force ? 'w' : 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      throw new DismError('AlreadyExists', `${p.RegistryFile} exists. Use -Force to replace it.`, {
        Target: p.RegistryFile,
        cause: error,
      });
    });
    yield offlineRegistryExport({
      ...place.origin,
      Key: shownKey(place, key.path),
      RegistryFile: p.RegistryFile,
      Length: bytes.length,
    });
  },
});
