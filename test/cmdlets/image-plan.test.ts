// Plans as files: saved by Export-ImagePlan, carried out by Invoke-ImagePlan, refused on anything else.
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import exportImagePlan from '../../cmdlets/export-imageplan.ts';
import invokeImagePlan from '../../cmdlets/invoke-imageplan.ts';
import { changeRecord } from '../../cmdlets/servicing-target.ts';
import { FileTime } from '../../lib/base/file-time.ts';
import { pipe } from '../../lib/host/pipeline/pipe.ts';
import type { ImageLocation } from '../../lib/image/open-image-container.ts';
import { openServicingTarget } from '../../lib/servicing/open-servicing-target.ts';
import { runScript } from '../lib/host/session-fixture.ts';
import { snapshotRoot } from '../lib/image/image-root-snapshot.ts';
import { writePhonyWim, writePhonyWindows } from '../support/phony-windows.ts';
import { scratchFolder } from '../support/trees.ts';

const scratch = scratchFolder('plan');

interface Case {
  readonly folder: string;
  readonly target: string;
  readonly location: ImageLocation;
  readonly plan: string;
  readonly source: string;
}

/** A target and the saved plan of two changes of it. */
async function planned(kind: 'tree' | 'wim'): Promise<Case> {
  const folder = mkdtempSync(join(scratch, 'case-'));
  const source = join(folder, 'new.txt');
  writeFileSync(source, 'from outside');
  const plan = join(folder, 'plan.json');
  const file = join(folder, kind === 'tree' ? 'tree' : 'install.wim');
  if (kind === 'tree') writePhonyWindows(file);
  else await writePhonyWim(file, [{}, {}]);
  const target = kind === 'tree' ? `-Path '${file}'` : `-ImagePath '${file}' -Index 2`;
  const { errors, thrown } = await runScript(
    `$plan = @()
     $plan += Add-WindowsImageContent '${source}' \\Added\\ ${target} -PlanOnly
     $plan | Export-ImagePlan '${plan}' | Out-Null`,
  );
  expect({ errors, thrown }).toEqual({ errors: [], thrown: undefined });
  const location = kind === 'tree' ? { path: file } : { imagePath: file, indexes: [2] };
  return { folder, target: file, location, plan, source };
}

async function contents(location: ImageLocation): Promise<Record<string, unknown>> {
  await using target = await openServicingTarget(location, { needs: 'none', readOnly: true });
  return await snapshotRoot(target.sessions[0]!.root);
}

describe.each(['tree', 'wim'] as const)('a plan for a %s', (kind) => {
  it('is carried out', async () => {
    const { location, plan, source } = await planned(kind);
    const before = await contents(location);
    expect(await invokeImagePlan({ PlanPath: plan, PlanOnly: true }).toArray()).toHaveLength(2);
    expect(await contents(location)).toEqual(before);
    const done = await invokeImagePlan({ PlanPath: plan }).toArray();
    expect(done.map((record) => String(record))).toEqual(['Create \\Added', 'Create \\Added\\new.txt']);
    const after = await contents(location);
    expect(Object.keys(after).filter((path) => !(path in before))).toEqual(['\\Added', '\\Added\\new.txt']);
    await using target = await openServicingTarget(location, { needs: 'none', readOnly: true });
    const added = await target.sessions[0]!.root.read('\\Added\\new.txt');
    expect(readFileSync(source).equals(added)).toBe(true);
    // Again: it is no longer what was planned for.
    await expect(invokeImagePlan({ PlanPath: plan }).toArray()).rejects.toMatchObject({ name: 'DismError' });
  });

  it('is refused when a local file or the plan is another one', async () => {
    const { location, plan, source, folder } = await planned(kind);
    const before = await contents(location);
    appendFileSync(source, '!');
    await expect(invokeImagePlan({ PlanPath: plan }).toArray()).rejects.toMatchObject({ Symbol: 'FileChanged' });
    rmSync(source);
    await expect(invokeImagePlan({ PlanPath: plan }).toArray()).rejects.toMatchObject({ Symbol: 'NotFound' });
    for (const text of ['', '{}', '[]', readFileSync(plan, 'utf8').replaceAll('"After"', '"Behind"')]) {
      const other = join(folder, 'other.json');
      writeFileSync(other, text);
      await expect(invokeImagePlan({ PlanPath: other }).toArray(), text).rejects.toMatchObject({ Symbol: 'Corrupt' });
    }
    expect(await contents(location)).toEqual(before);
  });
});

it('refuses a WIM that has changed, and takes one that has moved', async () => {
  const { folder, target, plan } = await planned('wim');
  const moved = join(folder, 'moved.wim');
  copyFileSync(target, moved);
  const { errors, thrown } = await runScript(`Set-WindowsImage '${target}' -Index 1 -NewName Other | Out-Null`);
  expect({ errors, thrown }).toEqual({ errors: [], thrown: undefined });
  await expect(invokeImagePlan({ PlanPath: plan }).toArray()).rejects.toMatchObject({ Symbol: 'FileChanged' });
  renameSync(target, join(folder, 'gone.wim'));
  expect(await invokeImagePlan({ PlanPath: plan, ImagePath: moved }).toArray()).toHaveLength(2);
});

it('carries every kind of change', async () => {
  const folder = mkdtempSync(join(scratch, 'kinds-'));
  const imagePath = join(folder, 'install.wim');
  await writePhonyWim(imagePath, [{}]);
  const copy = join(folder, 'copy.wim');
  copyFileSync(imagePath, copy);
  const now = FileTime.parse('2024-05-06T07:08:09Z')!;
  const location = { imagePath, indexes: [1] };
  const planPath = join(folder, 'plan.json');
  {
    await using target = await openServicingTarget(location, { now });
    const { root } = target.sessions[0]!;
    await root.rename('\\Windows\\Panther', '\\Windows\\Renamed');
    await root.remove('\\Windows\\Setup', { recursive: true });
    await root.write('\\Windows\\win.ini', { bytes: Buffer.from('; other') }, { shortName: 'WIN.INI' });
    await root.setMetadata('\\Windows\\System32\\ntoskrnl.exe', { attributes: 3, lastWriteTime: now });
    const software = await target.sessions[0]!.getHive('SOFTWARE');
    software.root.create('Contoso\\Deep').setTextList('List', ['a', 'b']);
    software.root.getSubkey('Microsoft\\Windows NT\\CurrentVersion').deleteValue('ProductName');
    const records = [];
    for await (const change of target.plan()) records.push(changeRecord(change, location));
    await pipe(records, exportImagePlan({ PlanPath: planPath })).toArray();
    await target.commit();
  }
  await invokeImagePlan({ PlanPath: planPath, ImagePath: copy }).toArray();
  const hives = new Set(['\\Windows\\System32\\config\\SOFTWARE']);
  const [direct, replayed] = [await contents(location), await contents({ imagePath: copy, indexes: [1] })];
  for (const path of hives) {
    delete direct[path];
    delete replayed[path];
  }
  expect(replayed).toEqual(direct);
});
