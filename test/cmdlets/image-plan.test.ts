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
    const streams = [
      { name: 'Zone.Identifier', content: { bytes: Buffer.from('[ZoneTransfer]') } },
      { name: 'empty', content: { bytes: new Uint8Array(0) } },
    ];
    await root.write('\\Windows\\streams.txt', { bytes: Buffer.from('text') }, { streams });
    await root.setMetadata('\\Windows\\System32\\kernel32.dll', { streams });
    const linkData = Buffer.concat([Buffer.from([4, 0, 2, 0, 0, 0, 4, 0, 1, 0, 0, 0]), Buffer.from('abc', 'utf16le')]);
    const reparse = { tag: 0xa000000c, data: linkData };
    await root.write('\\Windows\\link', { bytes: new Uint8Array(0) }, { reparse });
    await root.createDirectory('\\Windows\\junction', { metadata: { reparse: { ...reparse, tag: 0xa0000003 } } });
    await root.write(
      '\\Windows\\placeholder',
      { bytes: Buffer.from('data') },
      { reparse: { ...reparse, tag: 0x9000001a } },
    );
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

it('carries streams and reparse points of a directory with a side-car', async () => {
  const folder = mkdtempSync(join(scratch, 'side-car-'));
  const [path, planPath] = [join(folder, 'tree'), join(folder, 'plan.json')];
  await writePhonyWindows(path);
  const bytes = (text: string) => ({ bytes: Buffer.from(text) });
  const placeholder = (text: string) => ({ tag: 0x9000001a, data: Buffer.from(text) });
  {
    await using target = await openServicingTarget({ path }, { needs: 'none' });
    const { root } = target.sessions[0]!;
    const streams = ['stays', 'replaced', 'removed'].map((name) => ({ name, content: bytes(name) }));
    await root.write('\\streams', bytes('x'), { streams });
    await root.write('\\placeholder', bytes('data'), { reparse: placeholder('one') });
    await target.commit();
  }
  {
    await using target = await openServicingTarget({ path }, { needs: 'none' });
    const { root } = target.sessions[0]!;
    const streams = ['stays', 'replaced', 'added'].map((name) => ({
      name,
      content: bytes(name === 'replaced' ? 'REPLACED' : name),
    }));
    await root.setMetadata('\\streams', { streams });
    await root.setMetadata('\\placeholder', { reparse: placeholder('two') });
    const records = [];
    for await (const change of target.plan()) records.push(changeRecord(change, { path }));
    await pipe(records, exportImagePlan({ PlanPath: planPath })).toArray();
  }
  await invokeImagePlan({ PlanPath: planPath, Path: path }).toArray();
  await using target = await openServicingTarget({ path }, { needs: 'none', readOnly: true });
  const { root } = target.sessions[0]!;
  const { streams } = (await root.stat('\\streams'))!;
  expect(streams.map(({ name }) => name).sort()).toEqual(['added', 'replaced', 'stays']);
  expect(Buffer.from(await root.readStream!('\\streams', 'replaced')).toString()).toBe('REPLACED');
  expect(Buffer.from(await root.readReparseData!('\\placeholder')).toString()).toBe('two');
});

it('carries streams and reparse points that are replaced and removed, and refuses others than those planned for', async () => {
  const folder = mkdtempSync(join(scratch, 'attached-'));
  const imagePath = join(folder, 'install.wim');
  await writePhonyWim(imagePath, [{}]);
  const location = { imagePath, indexes: [1] };
  const bytes = (text: string) => ({ bytes: Buffer.from(text) });
  const link = (target: string) => ({ tag: 0xa000000c, data: Buffer.from(`\0\0\0\0\0\0\0\0\0\0\0\0${target}`) });
  {
    await using target = await openServicingTarget(location, { needs: 'none' });
    const { root } = target.sessions[0]!;
    const streams = ['stays', 'replaced', 'removed'].map((name) => ({ name, content: bytes(name) }));
    await root.write('\\streams', bytes('x'), { streams });
    await root.write('\\link', bytes(''), { reparse: link('one') });
    await root.write('\\unlinked', bytes(''), { reparse: link('one') });
    await target.commit();
  }
  const [copy, other] = [join(folder, 'copy.wim'), join(folder, 'other.wim')];
  copyFileSync(imagePath, copy);
  copyFileSync(imagePath, other);
  const planPath = join(folder, 'plan.json');
  {
    await using target = await openServicingTarget(location, { needs: 'none' });
    const { root } = target.sessions[0]!;
    const streams = [
      { name: 'stays', content: bytes('stays') },
      { name: 'replaced', content: bytes('REPLACED') },
      { name: 'added', content: bytes('added') },
    ];
    await root.setMetadata('\\streams', { streams });
    await root.setMetadata('\\link', { reparse: link('two') });
    await root.remove('\\unlinked');
    await root.write('\\unlinked', bytes('a file now'));
    const records = [];
    for await (const change of target.plan()) records.push(changeRecord(change, location));
    expect(records.filter(({ Kind }) => Kind === 'Stream').map(({ Action, Name }) => `${Action} ${Name}`)).toEqual([
      'Replace replaced',
      'Remove removed',
      'Create added',
    ]);
    await pipe(records, exportImagePlan({ PlanPath: planPath })).toArray();
    await target.commit();
  }
  await invokeImagePlan({ PlanPath: planPath, ImagePath: copy }).toArray();
  const after = { imagePath: copy, indexes: [1] };
  expect(await contents(after)).toEqual(await contents(location));
  await using target = await openServicingTarget(after, { needs: 'none', readOnly: true });
  const { root } = target.sessions[0]!;
  const texts = await Promise.all(['stays', 'replaced', 'added'].map((name) => root.readStream!('\\streams', name)));
  expect(texts.map((text) => Buffer.from(text).toString())).toEqual(['stays', 'REPLACED', 'added']);
  expect(Buffer.from(await root.readReparseData!('\\link'))).toEqual(link('two').data);
  // A WIM that is the one planned for by its header, but for a stream that is not what it was.
  const plan = JSON.parse(readFileSync(planPath, 'utf8'));
  for (const change of plan.Targets[0].Changes) if (change.Name === 'replaced') change.Before.Sha1 = '0'.repeat(40);
  writeFileSync(planPath, JSON.stringify(plan));
  await expect(invokeImagePlan({ PlanPath: planPath, ImagePath: other }).toArray()).rejects.toMatchObject({
    Symbol: 'FileChanged',
  });
});
