// Lets a phony Windows trust a root of a test, as Windows itself keeps roots.
import { join } from 'node:path';
import { certificateFromBytes } from '../../lib/catalog/certificate.ts';
import type { Hive } from '../../lib/registry/hive.ts';
import { openHive, writeHive } from '../../lib/registry/hive-file.ts';
import type { Holder } from './signing-authority.ts';

function property(id: number, data: Uint8Array): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(id, 0);
  header.writeUInt32LE(1, 4);
  header.writeUInt32LE(data.length, 8);
  return Buffer.concat([header, data]);
}

export interface StoreOptions {
  /** ROOT, AuthRoot, CA. */
  readonly store?: string;
  /** The name of the key; default: the thumbprint. */
  readonly name?: string | undefined;
  /** DER of the purposes that the store trusts it for. */
  readonly purposes?: Uint8Array | undefined;
}

/** Puts a certificate into a store of a SOFTWARE hive. */
export function storeCertificate(software: Hive, certificate: Uint8Array, options: StoreOptions = {}): void {
  const { store = 'ROOT', name = certificateFromBytes(certificate).thumbprint, purposes } = options;
  const blob = Buffer.concat([
    property(3, Buffer.alloc(20)),
    ...(purposes ? [property(9, purposes)] : []),
    property(0x20, certificate),
  ]);
  software.root.create(`Microsoft\\SystemCertificates\\${store}\\Certificates\\${name}`).setBinary('Blob', blob);
}

/** Makes the Windows in a directory trust a root. */
export async function trustRoot(directory: string, root: Holder): Promise<void> {
  const file = join(directory, 'Windows/System32/config/SOFTWARE');
  const software = await openHive(file);
  storeCertificate(software, root.certificate);
  await writeHive(software, file);
}
