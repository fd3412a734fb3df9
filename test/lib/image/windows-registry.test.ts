// Facts of hives: what happens to values of other types, and to hives damaged at random places.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isDismError } from '../../../lib/base/error.ts';
import { softwareFacts, systemFacts } from '../../../lib/image/windows-registry.ts';
import { Hive } from '../../../lib/registry/hive.ts';
import { hiveFromRegText } from '../../../lib/registry/reg-text-import.ts';
import { writePhonyWindows } from '../../support/phony-windows.ts';
import { randomFrom } from '../../support/random.ts';
import { scratchFolder } from '../../support/trees.ts';

const folder = scratchFolder('windows-registry');
const header = 'Windows Registry Editor Version 5.00\r\n';

describe('facts', () => {
  it('of an empty hive are none', () => {
    const empty = hiveFromRegText(header);
    expect(softwareFacts(empty)).toMatchObject({ build: undefined, editionId: undefined, details: {} });
    expect(systemFacts(empty)).toMatchObject({ controlSet: undefined, languages: [], productSuite: [], details: {} });
  });

  it('do not take values of another type', () => {
    const software = hiveFromRegText(`${header}
[HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]
"CurrentMajorVersionNumber"="10"
"CurrentVersion"=dword:6
"CurrentBuild"=dword:00004a65
"CurrentBuildNumber"="12x"
"UBR"=hex:01,02
"EditionID"=hex:
"ProductName"="   "
`);
    expect(softwareFacts(software)).toMatchObject({
      ...{ major: undefined, minor: undefined, build: undefined, revision: undefined },
      ...{ editionId: undefined, productName: undefined },
    });
    const system = hiveFromRegText(`${header}
[HKLM\\SYSTEM\\Select]
"Current"=dword:99999999
"Default"="1"
[HKLM\\SYSTEM\\ControlSet001\\Control\\ProductOptions]
"ProductSuite"="Terminal Server"
[HKLM\\SYSTEM\\ControlSet001\\Control\\Windows]
"CSDVersion"="Service Pack 1"
[HKLM\\SYSTEM\\ControlSet001\\Control\\Nls\\Language]
"InstallLanguage"="no"
`);
    expect(systemFacts(system)).toMatchObject({
      ...{ controlSet: 'ControlSet001', productSuite: ['Terminal Server'], servicePackLevel: undefined },
      ...{ defaultLanguage: undefined },
    });
  });

  it('of damaged hives are facts or errors with a place', () => {
    writePhonyWindows(folder);
    const { fraction: random } = randomFrom(7);
    const errors: unknown[] = [];
    for (const [name, facts] of [['SOFTWARE', softwareFacts] as const, ['SYSTEM', systemFacts] as const]) {
      const sound = readFileSync(join(folder, 'Windows/System32/config', name));
      for (let round = 0; round < 400; round++) {
        const bytes = Buffer.from(sound);
        for (let i = 0; i < 40; i++) {
          const at = 4096 + Math.floor(random() * (bytes.length - 4100));
          bytes.writeUInt32LE(random() < 0.3 ? 0xffffffff : Math.floor(random() * 0x10000), at & ~3);
        }
        try {
          facts(Hive.open(bytes, { file: name }));
        } catch (error) {
          errors.push(error);
        }
      }
    }
    expect(errors.length).toBeGreaterThan(0);
    expect(
      errors.filter((error) => !isDismError(error) || error.Category !== 'input' || error.File === undefined),
    ).toEqual([]);
  });
});
