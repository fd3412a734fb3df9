// Real INFs, from the folder that OPENDISM_CORPUS names: all parse, nearly all resolve for a Windows they declare, and the
// store folder name equals the one Windows gave to exported packages.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InfFile } from '../../../lib/inf/inf-file.ts';
import { declaredTargets } from '../../../lib/inf/inf-models.ts';
import { type ResolvedInf, resolveInf } from '../../../lib/inf/resolve-inf.ts';
import { storeHash } from '../../../lib/inf/store-folder-name.ts';

const corpus = join(process.env.OPENDISM_CORPUS ?? '', 'inf');
const isThere = process.env.OPENDISM_CORPUS !== undefined && existsSync(corpus);
if (!isThere) console.log('skipped: real INFs (OPENDISM_CORPUS does not name a folder with inf)');

/** Those that resolve for no Windows, and why. */
const exceptions: Readonly<Record<string, string>> = {
  'usbehci_nointerlocked.inf': 'DriverVer is written when it is built',
  'MttVDD.inf': 'DriverVer is written when it is built',
  'WFPSamplerCalloutDriver.InX': 'DriverVer is written when it is built',
  'IddSampleDriver.inf': 'DriverVer is written when it is built',
  'AmtPtpHidFilter.inf': 'DriverVer is written when it is built',
  'libusbk.inf.in': 'a template with a placeholder for DriverVer',
  'driver.inf.in': 'a template with a placeholder for the architecture',
};

const files = isThere
  ? readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((path) => /\.in[fx](\.in)?(\.xz)?$/i.test(path))
  : [];

function load(path: string): Uint8Array {
  const file = join(corpus, path);
  return path.endsWith('.xz') ? execFileSync('xz', ['-dc', file], { maxBuffer: 1 << 28 }) : readFileSync(file);
}

/** What stampinf does with the architecture in an INX. */
function stamp(bytes: Uint8Array): Uint8Array {
  if (!Buffer.from(bytes).includes('$ARCH$', 0, 'latin1')) return bytes;
  return Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('$ARCH$', 'amd64'), 'latin1');
}

describe.skipIf(!isThere)('real INFs', () => {
  it('parse without a finding', () => {
    const found = files.flatMap((path) =>
      InfFile.parse(load(path), path).findings.map(({ message }) => [path, message]),
    );
    expect(found).toEqual([]);
    expect(files.length).toBeGreaterThan(200);
  });

  it('resolve for a Windows that they declare', () => {
    const isSound = ({ kind, findings }: ResolvedInf): boolean =>
      kind !== 'none' && !findings.some(({ severity }) => severity === 'error');
    const failed = files.filter((path) => {
      const inf = InfFile.parse(stamp(load(path)), basename(path));
      return !declaredTargets(inf).some((target) => isSound(resolveInf(inf, target)));
    });
    expect(failed.map((path) => basename(path)).sort()).toEqual(Object.keys(exceptions).sort());
    expect(failed.length / files.length).toBeLessThan(0.05);
  });

  it('of exported packages give the names that Windows gave their folders', () => {
    const packages = files.flatMap((path) => {
      const match = /^(.+\.inf)_[a-z0-9]+_([0-9a-f]{16})$/.exec(basename(dirname(path)));
      return match && basename(path, '.xz').toLowerCase() === match[1] ? [{ path, hash: match[2] }] : [];
    });
    // Eight-bit files have lost their carriage returns on the way here.
    const wrong = packages.filter(({ path, hash }) => {
      const bytes = load(path);
      const restored = Buffer.from(Buffer.from(bytes).toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
      return storeHash(bytes) !== hash && storeHash(restored) !== hash;
    });
    expect(wrong).toEqual([]);
    expect(packages).toHaveLength(119);
  });
});
