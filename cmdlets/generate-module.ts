// Writes the module for PowerShell 7 into dist/powershell/OpenDism: `npm run psm1`. It holds every cmdlet but those that
// PowerShell has itself.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../lib/base/package-root.ts';
import type { CmdletDefinition } from '../lib/host/cmdlet.ts';
import { CommandTable } from '../lib/host/command-table.ts';
import { moduleFiles } from '../lib/host/powershell/module-text.ts';
import { cmdletList } from './index.ts';

/** Nouns of cmdlets that PowerShell has itself. */
const powerShellNouns = new Set(
  (
    'Object Csv Json Html List Table Wide ChildItem Command Content Date Help Job Location Member Path File Null String ' +
    'Host Sleep Debug Error Information Output Verbose Warning Variable Item Progress Alias Expression FileHash Guid ' +
    'History Module Random StrictMode TemporaryFile TimeSpan Unique'
  ).split(' '),
);

/** The cmdlets that the module holds, by name. */
export async function moduleDefinitions(): Promise<CmdletDefinition[]> {
  const commands = new CommandTable(cmdletList);
  const names = commands.names().filter((name) => !powerShellNouns.has(name.slice(name.indexOf('-') + 1)));
  return Promise.all(names.map(async (name) => (await commands.find(name))!));
}

/** The files of the module by name. */
export async function generateModule(): Promise<Record<string, string>> {
  const caller = await readFile(join(packageRoot(), 'cmdlets/powershell-module/caller.ps1'), 'utf8');
  const { version } = JSON.parse(await readFile(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
  return { ...moduleFiles(await moduleDefinitions(), caller, version) };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = join(packageRoot(), 'dist/powershell/OpenDism');
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(await generateModule())) await writeFile(join(folder, name), text);
}
