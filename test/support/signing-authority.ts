// Certification authorities of tests: keys, certificates, PKCS #7 signatures and time stamps, made on the spot.
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import * as d from './der-writer.ts';

const oids = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  rsa: '1.2.840.113549.1.1.1',
  sha1WithRsa: '1.2.840.113549.1.1.5',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  counterSignature: '1.2.840.113549.1.9.6',
  timeStampToken: '1.3.6.1.4.1.311.3.3.1',
  timeStampInfo: '1.2.840.113549.1.9.16.1.4',
  nestedSignature: '1.3.6.1.4.1.311.2.4.1',
} as const;

export type Hash = 'sha1' | 'sha256';
export const purposes = { codeSigning: '1.3.6.1.5.5.7.3.3', timeStamping: '1.3.6.1.5.5.7.3.8' } as const;

export interface HolderOptions {
  readonly name: string;
  readonly issuer?: Holder | undefined;
  readonly key?: 'rsa' | 'ec';
  readonly hash?: Hash;
  readonly isAuthority?: boolean;
  readonly purposes?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** Somebody with a key and a certificate. */
export interface Holder {
  readonly certificate: Uint8Array;
  readonly key: KeyObject;
  readonly name: d.Der;
  /** The name of whoever issued the certificate. */
  readonly issuerName: d.Der;
  readonly serial: d.Der;
}

let serial = 1000;

const nameOf = (text: string): d.Der => d.sequence(d.set(d.sequence(d.oid('2.5.4.3'), d.utf8(text))));
const digestAlgorithm = (hash: Hash): d.Der => d.sequence(d.oid(oids[hash]), d.nothing());

function signatureOid(key: KeyObject, hash: Hash): string {
  if (key.asymmetricKeyType === 'ec') return oids.ecdsaWithSha256;
  return hash === 'sha1' ? oids.sha1WithRsa : oids.sha256WithRsa;
}

export function makeHolder(options: HolderOptions): Holder {
  const { issuer, hash = 'sha256' } = options;
  const pair =
    options.key === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const name = nameOf(options.name);
  const number = d.integer(serial++);
  const extension = (id: string, value: d.Der): d.Der => d.sequence(d.oid(id), d.boolean(true), d.octets(value));
  const extensions = [
    extension('2.5.29.19', options.isAuthority ? d.sequence(d.boolean(true)) : d.sequence()),
    ...(options.purposes ? [extension('2.5.29.37', d.sequence(...options.purposes.map(d.oid)))] : []),
  ];
  const signer = issuer?.key ?? pair.privateKey;
  const algorithm = d.sequence(d.oid(signatureOid(signer, hash)));
  const body = d.sequence(
    d.context(0, d.integer(2)),
    number,
    algorithm,
    issuer?.name ?? name,
    d.sequence(
      d.time(options.notBefore ?? new Date('2020-01-01T00:00:00Z')),
      d.time(options.notAfter ?? new Date('2049-01-01T00:00:00Z')),
    ),
    name,
    pair.publicKey.export({ format: 'der', type: 'spki' }),
    d.context(3, d.sequence(...extensions)),
  );
  const certificate = d.sequence(body, algorithm, d.bits(sign(hash, body, signer)));
  return { certificate, key: pair.privateKey, name, issuerName: issuer?.name ?? name, serial: number };
}

interface SignOptions {
  readonly signer: Holder;
  readonly hash?: Hash;
  readonly contentType: string | undefined;
  /** What is hashed. */
  readonly content: Uint8Array;
  readonly signingTime?: Date;
  readonly unsigned?: (signature: Uint8Array) => readonly d.Der[];
}

function signerInfo(options: SignOptions): d.Der {
  const { signer, hash = 'sha256', content, contentType } = options;
  const attribute = (id: string, value: d.Der): d.Der => d.sequence(d.oid(id), d.set(value));
  const attributes = d.set(
    ...(contentType === undefined ? [] : [attribute(oids.contentType, d.oid(contentType))]),
    ...(options.signingTime ? [attribute(oids.signingTime, d.time(options.signingTime))] : []),
    attribute(oids.messageDigest, d.octets(createHash(hash).update(content).digest())),
  );
  const signature = sign(hash, attributes, signer.key);
  const signed = Buffer.from(attributes);
  signed[0] = 0xa0;
  const unsigned = options.unsigned?.(signature) ?? [];
  return d.sequence(
    d.integer(1),
    d.sequence(signer.issuerName, signer.serial),
    digestAlgorithm(hash),
    signed,
    d.sequence(d.oid(signer.key.asymmetricKeyType === 'ec' ? oids.ecdsaWithSha256 : oids.rsa), d.nothing()),
    d.octets(signature),
    ...(unsigned.length > 0 ? [d.context(1, ...unsigned)] : []),
  );
}

/** A whole ContentInfo as an unsigned attribute of another signature. */
export function nestedSignature(envelope: Uint8Array): d.Der {
  return d.sequence(d.oid(oids.nestedSignature), d.set(Buffer.from(envelope)));
}

export interface EnvelopeOptions extends Omit<SignOptions, 'content' | 'signer'> {
  readonly contentType: string;
  /** The value that is enclosed; its content octets are what is signed. */
  readonly value: d.Der;
  readonly contentOctets: Uint8Array;
  /** Absent: nobody signs. */
  readonly signer?: Holder | undefined;
  /** Who signs the same content, too. */
  readonly otherSigners?: readonly Holder[];
  readonly certificates: readonly Holder[];
}

/** A ContentInfo with SignedData. */
export function signedData(options: EnvelopeOptions): Uint8Array {
  const { signer, otherSigners = [], certificates, contentOctets, value, ...rest } = options;
  const infos = (signer ? [signer, ...otherSigners] : []).map((one) =>
    signerInfo({ ...rest, signer: one, content: contentOctets }),
  );
  const body = d.sequence(
    d.integer(1),
    d.set(digestAlgorithm(options.hash ?? 'sha256')),
    d.sequence(d.oid(options.contentType), d.context(0, value)),
    ...(certificates.length > 0 ? [d.context(0, ...certificates.map((holder) => holder.certificate))] : []),
    d.set(...infos),
  );
  return d.sequence(d.oid('1.2.840.113549.1.7.2'), d.context(0, body));
}

/** An RFC 3161 token of `signature` as an unsigned attribute. */
export function timeStampToken(authority: Holder, chain: readonly Holder[], time: Date, signature: Uint8Array): d.Der {
  const info = d.sequence(
    d.integer(1),
    d.oid('1.2.3.4'),
    d.sequence(digestAlgorithm('sha256'), d.octets(createHash('sha256').update(signature).digest())),
    d.integer(7),
    d.time(time),
  );
  const token = signedData({
    contentType: oids.timeStampInfo,
    value: d.octets(info),
    contentOctets: info,
    signer: authority,
    certificates: chain,
  });
  return d.sequence(d.oid(oids.timeStampToken), d.set(token));
}

/** A PKCS #9 countersignature of `signature` as an unsigned attribute. */
export function counterSignature(authority: Holder, time: Date, signature: Uint8Array): d.Der {
  const info = signerInfo({
    signer: authority,
    hash: 'sha1',
    contentType: '1.2.840.113549.1.7.1',
    content: signature,
    signingTime: time,
  });
  return d.sequence(d.oid(oids.counterSignature), d.set(info));
}
