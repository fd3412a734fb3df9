// Which roots an image trusts: those in its SOFTWARE hive, beside the pinned ones.
import { isDismError } from '../../base/error.ts';
import { certificateFromBlob, type StoredCertificate } from '../../catalog/certificate-blob.ts';
import { TrustAnchors } from '../../catalog/trust-anchors.ts';
import type { Hive } from '../../registry/hive.ts';

const stores = 'Microsoft\\SystemCertificates';
/** ROOT: of the machine. AuthRoot: public authorities that Windows has met. */
const rootStores = ['ROOT', 'AuthRoot'];
/** Roots in one store; Windows Update has some hundreds to give. */
const MAX_ROOTS = 2000;

function certificatesOf(software: Hive, store: string): StoredCertificate[] {
  const key = software.root.subkey(`${stores}\\${store}\\Certificates`);
  const found: StoredCertificate[] = [];
  for (const name of (key?.subkeyNames() ?? []).slice(0, MAX_ROOTS)) {
    const blob = key?.subkey(name)?.value('Blob')?.data;
    try {
      const stored = blob && certificateFromBlob(blob, name);
      // The key is the name that other stores know the certificate by: one that lies under another name is not it.
      if (stored?.certificate.thumbprint === name.toUpperCase()) found.push(stored);
    } catch (error) {
      if (!isDismError(error)) throw error;
    }
  }
  return found;
}

const known = new WeakMap<Hive, TrustAnchors>();

/**
 * The roots that count for an image. They are read once for a hive: what is added to its stores later is not seen.
 * @param software Its SOFTWARE hive; without one only the pinned roots count.
 */
export function imageTrust(software: Hive | undefined): TrustAnchors {
  if (!software) return new TrustAnchors();
  const anchors = known.get(software) ?? readTrust(software);
  known.set(software, anchors);
  return anchors;
}

function readTrust(software: Hive): TrustAnchors {
  const roots = rootStores.flatMap((store) => certificatesOf(software, store));
  const distrusted = software.root.subkey(`${stores}\\Disallowed\\Certificates`)?.subkeyNames() ?? [];
  return new TrustAnchors(
    roots,
    distrusted.map((name) => name.toUpperCase()),
  );
}
