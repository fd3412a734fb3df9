// Makes security catalogs from text, as inf2cat and signtool would.
import { createHash } from 'node:crypto';
import * as d from './der-writer.ts';
import { type Holder, makeHolder, purposes, signedData } from './signing-authority.ts';

const trustList = '1.3.6.1.4.1.311.10.1';

export interface CatalogFile {
  readonly name: string;
  /** The digest that names the file: flat for anything but PE files. */
  readonly digest: Uint8Array;
  readonly kind?: 'image' | 'flat';
}

export interface CatalogOptions {
  /** 1: named by SHA-1 as hexadecimal text; 2: by SHA-256. */
  readonly version?: 1 | 2;
  readonly files: readonly CatalogFile[];
  readonly attributes?: Readonly<Record<string, string>>;
  readonly signer?: Holder | undefined;
  readonly otherSigners?: readonly Holder[];
  readonly certificates?: readonly Holder[];
  readonly unsigned?: (signature: Uint8Array) => readonly d.Der[];
}

const terminated = (text: string): Buffer => Buffer.from(text + '\0', 'utf16le');
const nameValue = (name: string, value: string): d.Der =>
  d.sequence(d.bmp(name), d.integer(0x1001_0001), d.octets(terminated(value)));
const attribute = (id: string, value: d.Der): d.Der => d.sequence(d.oid(id), d.set(value));

function member(file: CatalogFile, version: 1 | 2): d.Der {
  const algorithm = file.digest.length === 20 ? '1.3.14.3.2.26' : '2.16.840.1.101.3.4.2.1';
  const subject =
    file.kind === 'image'
      ? d.sequence(d.oid('1.3.6.1.4.1.311.2.1.15'), d.sequence(d.bits(new Uint8Array())))
      : d.sequence(d.oid('1.3.6.1.4.1.311.2.1.25'), d.context(2, d.der(0x80)));
  const indirect = d.sequence(subject, d.sequence(d.sequence(d.oid(algorithm), d.nothing()), d.octets(file.digest)));
  const tag = version === 2 ? file.digest : terminated(Buffer.from(file.digest).toString('hex').toUpperCase());
  return d.sequence(
    d.octets(tag),
    d.set(
      attribute('1.3.6.1.4.1.311.12.2.1', nameValue('File', file.name)),
      attribute('1.3.6.1.4.1.311.12.2.1', nameValue('OSAttr', '2:10.0')),
      attribute('1.3.6.1.4.1.311.2.1.4', indirect),
    ),
  );
}

/** The bytes of a catalog; without a signer one that is not signed. */
export function buildCatalog(options: CatalogOptions): Uint8Array {
  const version = options.version ?? 2;
  const extensions = Object.entries(options.attributes ?? {}).map(([name, value]) =>
    d.sequence(d.oid('1.3.6.1.4.1.311.12.2.1'), d.octets(nameValue(name, value))),
  );
  const parts = [
    d.sequence(d.oid('1.3.6.1.4.1.311.12.1.1')),
    d.octets(Buffer.from('00112233445566778899aabbccddeeff', 'hex')),
    d.time(new Date('2024-05-06T07:08:09Z')),
    d.sequence(d.oid(version === 2 ? '1.3.6.1.4.1.311.12.1.3' : '1.3.6.1.4.1.311.12.1.2'), d.nothing()),
    d.sequence(...options.files.map((file) => member(file, version))),
    ...(extensions.length > 0 ? [d.context(0, d.sequence(...extensions))] : []),
  ];
  return signedData({
    contentType: trustList,
    value: d.sequence(...parts),
    contentOctets: Buffer.concat(parts),
    hash: version === 2 ? 'sha256' : 'sha1',
    signer: options.signer,
    ...(options.otherSigners ? { otherSigners: options.otherSigners } : {}),
    certificates: options.certificates ?? (options.signer ? [options.signer] : []),
    ...(options.unsigned ? { unsigned: options.unsigned } : {}),
  });
}

/** A member for a file that is hashed as it is. */
export function flatFile(name: string, bytes: Uint8Array, algorithm: 'sha1' | 'sha256' = 'sha256'): CatalogFile {
  return { name, digest: createHash(algorithm).update(bytes).digest() };
}

/** A root and a publisher below it, made once for all tests of a file. */
export function makePublisher(name = 'Contoso Drivers'): { readonly root: Holder; readonly publisher: Holder } {
  const root = makeHolder({ name: 'Test Root of ' + name, isAuthority: true, key: 'ec' });
  return { root, publisher: makeHolder({ name, issuer: root, purposes: [purposes.codeSigning] }) };
}
