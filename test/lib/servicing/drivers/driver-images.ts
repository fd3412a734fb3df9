// Phony Windows images in directories that drivers are added to and removed from, and what is in them afterwards.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { Hive } from '../../../../lib/registry/hive.ts';
import type { HiveKey } from '../../../../lib/registry/hive-key.ts';
import { type AddedDriver, addDriver } from '../../../../lib/servicing/drivers/add-driver.ts';
import { loadDriverPackage } from '../../../../lib/servicing/drivers/driver-package.ts';
import type { PackageSignature } from '../../../../lib/servicing/drivers/package-signature.ts';
import { openServicingTarget } from '../../../../lib/servicing/open-servicing-target.ts';
import type { ServicingSession } from '../../../../lib/servicing/servicing-session.ts';
import { signedByHardwareProgram } from '../../../support/driver-packages.ts';
import { type PhonyWindowsOptions, writePhonyWindows } from '../../../support/phony-windows.ts';

const scratch = mkdtempSync(join(tmpdir(), 'opendism-drivers-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let count = 0;

export function newFolder(): string {
  const folder = join(scratch, String(count++));
  mkdirSync(folder);
  return folder;
}

export interface Image {
  readonly tree: string;
  readonly warnings: string[];
  /** Works on a session of the image; `commit` makes the edits real. */
  service<T>(work: (session: ServicingSession) => Promise<T>, commit?: boolean): Promise<T>;
  hive(name: string): Hive;
}

export function phonyImage(options: PhonyWindowsOptions = {}): Image {
  const tree = join(newFolder(), 'image');
  writePhonyWindows(tree, options);
  const warnings: string[] = [];
  return {
    tree,
    warnings,
    async service(work, commit = true) {
      await using target = await openServicingTarget(
        { path: tree },
        { onWarning: (message) => warnings.push(message) },
      );
      const result = await work(target.sessions[0]!);
      if (commit) await target.commit();
      return result;
    },
    hive: (name) => Hive.open(readFileSync(join(tree, 'Windows/System32/config', name))),
  };
}

export async function add(
  session: ServicingSession,
  inf: string,
  signature: PackageSignature = signedByHardwareProgram,
  forceUnsigned = false,
): Promise<AddedDriver> {
  const examineSignature = async (): Promise<PackageSignature> => signature;
  return addDriver(session, await loadDriverPackage(inf), { examineSignature, forceUnsigned });
}

/** A key with all below it, as plain data: values by name, keys by name with a backslash. */
export function dump(key: HiveKey | undefined): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const { name, type, data } of key?.values() ?? []) {
    if (type === 1 || type === 2) found[name] = key!.getText(name);
    else if (type === 7) found[name] = key!.getTextList(name);
    else if (data.length === 4 && type !== 3) found[name] = [type, key!.getDword(name)];
    else found[name] = Buffer.from(data).toString('hex');
  }
  for (const below of key?.subkeys() ?? []) found[`\\${below.name}`] = dump(below);
  return found;
}

export function filesOf(tree: string): string[] {
  return readdirSync(tree, { recursive: true, encoding: 'utf8' }).sort();
}

export function problem(symbol: string): unknown {
  return expect.objectContaining({ Symbol: symbol });
}
