// The faults that Test-WindowsDriver finds before anything is written: each is seeded in a package of its own, and found by
// the cmdlet in a directory and in an image of a WIM.
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DriverTestRecord } from '../../cmdlets/driver-test-records.ts';
import { newSession, runScript } from '../lib/host/session-fixture.ts';
import { makePublisher } from '../support/catalog-builder.ts';
import { trustRoot } from '../support/image-roots.ts';
import { writePhonyWim, writePhonyWindows } from '../support/phony-windows.ts';
import { type SignedPackageOptions, writeSignedPackage } from '../support/signed-packages.ts';
import { describeTree, scratchFolder } from '../support/trees.ts';

const folder = mkdtempSync(join(scratchFolder('driver-faults'), 'case-'));
const { root, publisher } = makePublisher();

async function run(script: string): Promise<readonly DriverTestRecord[]> {
  const errors: string[] = [];
  const session = newSession([], errors);
  session.setLocation(folder);
  const { values, thrown } = await runScript(script, session);
  expect({ thrown, errors }).toEqual({ thrown: undefined, errors: [] });
  return values as DriverTestRecord[];
}

const seeded: readonly (readonly [string, Partial<SignedPackageOptions>, readonly string[]])[] = [
  ['nothing', {}, []],
  ['1-not-applicable', { decorations: ['NTamd64.10.0...99999'] }, ['NotApplicable error']],
  ['2-wrong-architecture', { decorations: ['NTarm64'] }, ['WrongArchitecture error']],
  ['3-missing-file', { withoutDriver: true }, ['MissingFile error']],
  ['4-not-covered', { uncovered: true }, ['FileNotCovered error']],
  ['5-unsigned', { signer: undefined }, ['NotSigned error']],
  [
    '6-older',
    { hardwareIds: ['PCI\\VEN_77'], driverVer: '01/01/2001,1.0.0.0', name: 'known' },
    ['OlderThanInstalled warning', 'DuplicateHardwareId warning'],
  ],
  ['8-duplicate', { hardwareIds: ['PCI\\VEN_88'], driverVer: '01/01/2030,1.0.0.0' }, ['DuplicateHardwareId warning']],
  ['9-inbox-shadowed', { hardwareIds: ['PCI\\CC_0403'] }, ['InboxShadowed information']],
];

let count = 0;
function write(place: string, options: Partial<SignedPackageOptions>): void {
  const name = `example${count++}`;
  writeSignedPackage(join(folder, place), { name, hardwareIds: [`PCI\\VEN_${name}`], signer: publisher, ...options });
}

beforeAll(async () => {
  for (const [name, options] of seeded) write(`drivers/${name}`, options);
  write('drivers-pe/7-extension', { isExtension: true });
  write('known', { name: 'known', hardwareIds: ['PCI\\VEN_77', 'PCI\\VEN_88'], driverVer: '01/01/2020,1.0.0.0' });
  writePhonyWindows(join(folder, 'image'));
  await trustRoot(join(folder, 'image'), root);
  await run('Add-WindowsDriver -Path image -Driver known');
  const trustedRoots = [root.certificate];
  await writePhonyWim(join(folder, 'a.wim'), [{ trustedRoots }, { release: 'winpe', trustedRoots }], { type: 'None' });
  await run('Add-WindowsDriver -ImagePath a.wim -Index 1 -Driver known');
});

const found = (records: readonly DriverTestRecord[]): Record<string, string[]> =>
  Object.fromEntries(
    records.map(({ OriginalFileName, Findings }) => [
      OriginalFileName.split('/').at(-2)!,
      Findings.map(({ Code, Severity }) => `${Code} ${Severity}`),
    ]),
  );
const expected = Object.fromEntries(seeded.map(([name, , codes]) => [name, [...codes]]));

describe('the faults of driver packages', () => {
  it.each(['-Path image', '-ImagePath a.wim -Index 1'])('are all found, each in its package: %s', async (target) => {
    const before = describeTree(join(folder, 'image'));
    expect(found(await run(`Test-WindowsDriver ./drivers -Recurse ${target}`))).toEqual(expected);
    expect(describeTree(join(folder, 'image'))).toEqual(before);
  });

  it('7: an extension in Windows PE', async () => {
    const records = await run('Test-WindowsDriver ./drivers-pe -Recurse -ImagePath a.wim -Index 2');
    expect(found(records)).toEqual({ '7-extension': ['ExtensionInWindowsPE warning'] });
    const full = await run('Test-WindowsDriver ./drivers-pe -Recurse -Path image');
    expect(found(full)).toEqual({ '7-extension': [] });
  });

  it('keep packages out where they are errors', async () => {
    for (const [name, , codes] of seeded.slice(1, 6)) {
      expect(codes[0]).toMatch(/error$/);
      const errors: string[] = [];
      const session = newSession([], errors);
      session.setLocation(folder);
      const inf = `(Get-ChildItem drivers/${name} -Filter *.inf).FullName`;
      const { values, thrown } = await runScript(`Add-WindowsDriver -Path image -Driver ${inf}`, session);
      expect([values, (thrown ?? errors[0])?.length], name).toEqual([[], expect.any(Number)]);
    }
  });

  it('are in records of these properties', async () => {
    const [record] = await run('Test-WindowsDriver ./drivers/nothing');
    expect(Object.keys(record!)).toEqual([
      ...['OriginalFileName', 'Provider', 'ClassName', 'Version', 'Date', 'Architectures', 'CatalogFile', 'Signer'],
      ...['StoreFolder', 'Findings', 'Image', 'ImageIndex'],
    ]);
    expect(record).toMatchObject({
      Provider: 'Contoso',
      ClassName: 'Net',
      Version: '1.2.3.4',
      Architectures: ['amd64'],
      CatalogFile: 'example0.cat',
      Signer: 'Contoso Drivers',
      StoreFolder: [expect.stringMatching(/^example0\.inf_amd64_[0-9a-f]{16}$/)],
    });
    expect(record!.Date?.toJSON()).toBe('2024-01-02T00:00:00.0000000Z');
    const unsignedRecord = await run('Test-WindowsDriver ./drivers/5-unsigned');
    expect(unsignedRecord[0]?.Signer).toBe('');
  });
});
