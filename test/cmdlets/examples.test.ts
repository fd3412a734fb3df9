// Runs every example of every cmdlet, each in a folder of its own that holds the files the examples speak of.
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cmdletList } from '../../cmdlets/index.ts';
import { CommandTable } from '../../lib/host/command-table.ts';
import { openHive, writeHive } from '../../lib/registry/hive-file.ts';
import { hiveFromRegText, importRegText } from '../../lib/registry/reg-text-import.ts';
import { parseRegText } from '../../lib/registry/reg-text-parser.ts';
import { newSession, runScript } from '../lib/host/session-fixture.ts';
import { makePublisher } from '../support/catalog-builder.ts';
import { trustRoot } from '../support/image-roots.ts';
import { writePhonyWindows } from '../support/phony-windows.ts';
import { writeSignedPackage } from '../support/signed-packages.ts';

const system = `Windows Registry Editor Version 5.00
[HKLM\\SYSTEM\\Select]
"Default"=dword:1
"Current"=dword:1
[HKLM\\SYSTEM\\ControlSet001\\Services\\disk]
"Start"=dword:0
[HKLM\\SYSTEM\\ControlSet001\\Services\\old\\Parameters]
[HKLM\\SYSTEM\\ControlSet001\\Services\\vioscsi]
"Start"=dword:3
[HKLM\\SYSTEM\\ControlSet001\\Services\\vioscsi\\StartOverride]
"0"=dword:3
`;
const software = `Windows Registry Editor Version 5.00
[HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]
"CurrentBuild"="19045"
`;
const settings = `Windows Registry Editor Version 5.00
[HKEY_LOCAL_MACHINE\\SOFTWARE\\Contoso]
"Setting"=dword:1
`;

/** Bytes that do not compress, so that a set has several parts. */
function noise(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = 12345;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Every file and folder below a folder with a digest of its content. */
async function digestOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const digests: Record<string, string> = {};
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const content = entry.isFile() ? await readFile(path) : '';
    digests[relative(folder, path)] = createHash('sha1').update(content).digest('hex');
  }
  return digests;
}

/** Examples that show an error on purpose. */
const failing = new Set(['Import-Csv', 'Get-Content', 'Read-Host', 'Write-Error']);

/** What only the examples that name it get. */
const large = ['mount', 'windows.wim'];

describe('examples', () => {
  let fixtures: string;

  beforeAll(async () => {
    fixtures = await mkdtemp(join(tmpdir(), 'opendism-examples-'));
    for (const tree of ['data', 'newer']) {
      await mkdir(join(fixtures, tree, 'Windows/inf'), { recursive: true });
      await writeFile(join(fixtures, tree, 'readme.txt'), `This is ${tree}.\n`);
      await writeFile(join(fixtures, tree, 'Windows/inf/disk.inf'), '[Version]\r\nSignature="$Windows NT$"\r\n');
      await writeFile(join(fixtures, tree, 'large.bin'), noise(2_500_000));
      await writeFile(
        join(fixtures, tree, 'second.bin'),
        noise(1_200_000).map((byte) => byte ^ 0x5a),
      );
    }
    await writeFile(join(fixtures, 'SYSTEM'), hiveFromRegText(system).toBytes());
    await writeFile(join(fixtures, 'SYSTEM.before'), hiveFromRegText(system.replace('dword:3', 'dword:4')).toBytes());
    await writeFile(join(fixtures, 'SOFTWARE'), hiveFromRegText(software).toBytes());
    await writeFile(join(fixtures, 'settings.reg'), settings);
    const { root, publisher } = makePublisher();
    for (const name of ['disk', 'net']) {
      const hardwareIds = [`PCI\\VEN_1234&SUBSYS_${name}`];
      writeSignedPackage(join(fixtures, 'drivers', name), { name, hardwareIds, signer: publisher });
    }
    writePhonyWindows(join(fixtures, 'mount'), { targetEditions: ['Enterprise'] });
    await trustRoot(join(fixtures, 'mount'), root);
    const systemFile = join(fixtures, 'mount/Windows/System32/config/SYSTEM');
    const systemHive = await openHive(systemFile);
    importRegText(systemHive, parseRegText(system));
    await writeHive(systemHive, systemFile);
    const session = newSession();
    session.setLocation(fixtures);
    const { thrown, errors } = await runScript(
      `New-WindowsImage -ImagePath data.wim -CapturePath ./data -Name Data -CompressionType Fast | Out-Null
       Add-WindowsImage -ImagePath data.wim -CapturePath ./newer -Name Newer | Out-Null
       New-WindowsImage -ImagePath windows.wim -CapturePath ./mount -Name One -CompressionType Fast | Out-Null
       Add-WindowsImage -ImagePath windows.wim -CapturePath ./mount -Name Two | Out-Null
       Add-WindowsDriver -Path ./mount -Driver ./drivers/net | Out-Null
       Remove-WindowsImageContent -ImagePath data.wim -Index 1 -ContentPath readme.txt -PlanOnly | Export-ImagePlan plan.json | Out-Null
       Split-WindowsImage data.wim install.swm -FileSize 2 | Out-Null`,
      session,
    );
    expect({ thrown, errors }).toEqual({ thrown: undefined, errors: [] });
    await cp(join(fixtures, 'data.wim'), join(fixtures, 'a.wim'));
    await cp(join(fixtures, 'data.wim'), join(fixtures, 'install.wim'));
  });

  afterAll(() => rm(fixtures, { recursive: true, force: true }));

  it.each(new CommandTable(cmdletList).names().map((name) => [name]))('%s', async (name) => {
    const definition = (await new CommandTable(cmdletList).find(name))!;
    for (const { command } of definition.examples) {
      const folder = await mkdtemp(join(tmpdir(), 'opendism-example-'));
      try {
        const isWanted = (path: string): boolean =>
          !large.some((name) => path === join(fixtures, name) && !command.includes(name));
        await cp(fixtures, folder, { recursive: true, filter: isWanted });
        // An example that makes what the fixtures hold already starts without it.
        const made = /^(?:New-WindowsImage -ImagePath|Join-WindowsImage \S+|Split-WindowsImage \S+) (\S+)/.exec(
          command,
        );
        if (made !== null) await rm(join(folder, made[1]!));
        const errors: string[] = [];
        const session = newSession([], errors);
        session.setLocation(folder);
        const { thrown } = await runScript(command, session);
        expect({ command, thrown, errors }).toEqual({
          command,
          thrown: undefined,
          errors: failing.has(name) ? errors : [],
        });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    }
  });

  // By the switch, by the preference, and where every change is asked about and nobody answers.
  const refusals = ['$WhatIfPreference = $true', "$ConfirmPreference = 'Low'"];
  const changing = Object.keys(cmdletList.cmdlets).map((name) => [name]);
  it.each(changing)('%s changes nothing under -WhatIf, nor unanswered', async (name) => {
    const definition = (await new CommandTable(cmdletList).find(name))!;
    if (definition.impact === 'none') return;
    const folder = await mkdtemp(join(tmpdir(), 'opendism-what-if-'));
    try {
      await cp(fixtures, folder, { recursive: true });
      const before = await digestOf(folder);
      for (const { command } of definition.examples) {
        for (const refusal of refusals) {
          const session = newSession();
          session.setLocation(folder);
          const switched = refusal.includes('WhatIf') ? command.replace(name, `${name} -WhatIf`) : command;
          await runScript(`${refusal}; ${switched}`, session);
          expect(await digestOf(folder), `${refusal}; ${switched}`).toEqual(before);
        }
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
