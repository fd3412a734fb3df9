// Real image files of many origins: we see the same entries, attributes, times, links and digests as wimlib, or refuse
// the file for the reason stated here.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { getWindowsImage, getWindowsImageContent, type ImageContent, testWindowsImage } from '../../cmdlets/library.ts';
import { attributeNames } from '../../lib/image/entry-text.ts';
import { describeWithCorpus, describeWithJudges } from '../support/judges.ts';
import { runProgram } from '../support/run-command.ts';

/** Files that cannot be listed, and why. wimlib refuses them as well. */
const refusals: Readonly<Record<string, string>> = {
  'VerifyFail.wim': 'DecompressionFailed',
  wim_0: 'NotAWim',
  xml_windows_dll: 'NotAWim',
  xml_windows_registry: 'NotAWim',
  xmlproc_0: 'NotAWim',
};

/** Files that can be listed but are damaged, and what Test-WindowsImage finds. */
const damage: Readonly<Record<string, readonly string[]>> = {
  'VerifyFail.wim': ['IntegrityFailure', 'DecompressionFailed'],
  'corrupted_file_1.wim': ['HashMismatch'],
  'dotdot.wim': ['UnsafePath'],
};

/** wimlib opens a set from its first part only; we open it from any. */
const onlyOurs = new Set(['Split2.swm']);

interface Entry {
  readonly attributes: string;
  readonly shortName: string;
  readonly hash: string;
  readonly streams: readonly string[];
  readonly written: string;
}

function theirEntries(text: string): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const block of text.split(/^-{40,}$/m)) {
    const field = (name: string): string => new RegExp(`^${name}\\s+= "?(.*?)"?$`, 'm').exec(block)?.[1] ?? '';
    const path = field('Full Path');
    if (path === '' || path === '/') continue;
    const hashes = [...block.matchAll(/^\t(.*) stream(?: "(.*)")?:\nHash\s+= 0x([0-9a-f]{40})/gm)];
    const digest = (hash: string | undefined): string => (hash ?? '').replace(/^0{40}$/, '').toUpperCase();
    const main =
      hashes.find(([, kind]) => kind === 'Reparse point') ?? hashes.find(([, kind]) => kind !== 'Named data');
    entries.set(path.replaceAll('/', '\\'), {
      attributes: attributeNames(Number(field('Attributes'))),
      shortName: field('Short Name'),
      hash: digest(main?.[3]),
      streams: hashes.filter(([, kind]) => kind === 'Named data').map(([, , name, hash]) => `${name} ${digest(hash)}`),
      written: new Date(field('Last Write Time')).toISOString(),
    });
  }
  return entries;
}

function ourEntry(entry: ImageContent): Entry {
  return {
    attributes: entry.Attributes,
    shortName: entry.ShortName,
    hash: entry.Hash,
    streams: entry.Streams.map((stream) => `${stream.Name} ${stream.Hash}`),
    written: `${entry.LastWriteTime.toJSON().slice(0, 19)}.000Z`,
  };
}

describeWithCorpus('wim', 'real image files', (root) => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(wim|swm|ppkg)$|wimlib-fuzz\/\w+$/.test(name),
  );

  describeWithJudges(['wimlib-imagex'], 'list as wimlib lists them', () => {
    it.each(files)('%s', async (name) => {
      const path = join(root, name);
      const base = name.slice(name.lastIndexOf('/') + 1);
      const refused = refusals[base];
      if (refused !== undefined) {
        await expect(getWindowsImageContent({ ImagePath: path, Index: 1 }).toArray()).rejects.toMatchObject({
          Symbol: refused,
          File: path,
        });
        expect((await runProgram('wimlib-imagex', ['dir', path, '1'])).code).not.toBe(0);
        return;
      }
      const images = await getWindowsImage({ ImagePath: path }).toArray();
      expect(images.length).toBeGreaterThan(0);
      for (const { ImageIndex } of images) {
        const ours = new Map<string, Entry>();
        for await (const entry of getWindowsImageContent({ ImagePath: path, Index: ImageIndex }, { onError() {} })) {
          ours.set(entry.FullName, ourEntry(entry));
        }
        const theirs = await runProgram('wimlib-imagex', ['dir', path, String(ImageIndex), '--detailed'], {
          env: { TZ: 'UTC', LC_ALL: 'C.UTF-8' },
        });
        if (onlyOurs.has(base)) expect(theirs.code).not.toBe(0);
        else {
          expect(theirs.code).toBe(0);
          expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirEntries(theirs.stdout)));
        }
      }
    });
  });

  it.each(files.filter((name) => !name.includes('wimlib-fuzz')))('%s is as sound as it should be', async (name) => {
    const base = name.slice(name.lastIndexOf('/') + 1);
    const records = await testWindowsImage({ ImagePath: join(root, name) }, { onError() {} }).toArray();
    const codes = records.flatMap((record) => ('Code' in record ? [record.Code] : []));
    expect(codes).toEqual(damage[base] ?? []);
    expect(records.at(-1)).toMatchObject({ Result: damage[base] ? 'Damaged' : 'Sound' });
  });
});
