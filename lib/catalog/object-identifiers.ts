// The object identifiers of catalogs and of what signs them. Names are those of wintrust.h, mscat.h and the RFCs.

export const ContentType = {
  Data: '1.2.840.113549.1.7.1',
  SignedData: '1.2.840.113549.1.7.2',
  /** RFC 3161: TSTInfo. */
  TimeStampInfo: '1.2.840.113549.1.9.16.1.4',
  /** szOID_CTL: a certificate trust list, which is what a catalog is. */
  TrustList: '1.3.6.1.4.1.311.10.1',
} as const;

export const CatalogId = {
  /** szOID_CATALOG_LIST: the usage that makes a trust list a catalog. */
  List: '1.3.6.1.4.1.311.12.1.1',
  /** szOID_CATALOG_LIST_MEMBER: members are named by SHA-1. */
  Member: '1.3.6.1.4.1.311.12.1.2',
  /** Members are named by SHA-256. */
  Member2: '1.3.6.1.4.1.311.12.1.3',
  NameValue: '1.3.6.1.4.1.311.12.2.1',
  MemberInfo: '1.3.6.1.4.1.311.12.2.2',
  MemberInfo2: '1.3.6.1.4.1.311.12.2.3',
  IndirectData: '1.3.6.1.4.1.311.2.1.4',
} as const;

/** SPC_*: what an indirect digest is of. */
export const IndirectDataType = {
  PeImage: '1.3.6.1.4.1.311.2.1.15',
  /** SPC_CAB_DATA, or a file that is hashed as it is. */
  Link: '1.3.6.1.4.1.311.2.1.25',
  SubjectInfo: '1.3.6.1.4.1.311.2.1.30',
} as const;

export const Attribute = {
  ContentType: '1.2.840.113549.1.9.3',
  MessageDigest: '1.2.840.113549.1.9.4',
  SigningTime: '1.2.840.113549.1.9.5',
  CounterSignature: '1.2.840.113549.1.9.6',
  /** SPC_RFC3161_OBJID. */
  TimeStampToken: '1.3.6.1.4.1.311.3.3.1',
  /** SPC_NESTED_SIGNATURE: another SignedData of the same content, of signers who sign with two digests. */
  NestedSignature: '1.3.6.1.4.1.311.2.4.1',
} as const;

export const Extension = {
  SubjectKeyIdentifier: '2.5.29.14',
  KeyUsage: '2.5.29.15',
  BasicConstraints: '2.5.29.19',
  CertificatePolicies: '2.5.29.32',
  ExtendedKeyUsage: '2.5.29.37',
} as const;

export const KeyPurpose = {
  Any: '2.5.29.37.0',
  CodeSigning: '1.3.6.1.5.5.7.3.3',
  TimeStamping: '1.3.6.1.5.5.7.3.8',
  /** szOID_WHQL_CRYPTO: drivers that Microsoft has tested. */
  HardwareCompatibility: '1.3.6.1.4.1.311.10.3.5',
  /** szOID_ATTEST_WHQL_CRYPTO: drivers whose maker has attested to Microsoft that they were tested. */
  AttestedHardware: '1.3.6.1.4.1.311.10.3.5.1',
  /** szOID_NT5_CRYPTO: components of Windows. */
  WindowsComponent: '1.3.6.1.4.1.311.10.3.6',
  /** szOID_KP_LIFETIME_SIGNING: a time stamp does not outlive the certificate. */
  LifetimeSigning: '1.3.6.1.4.1.311.10.3.13',
} as const;

/** Digests by their own identifier and by those of signatures that contain them; the name is the one of OpenSSL. */
const digests: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.5': 'md5',
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

const signatures: Readonly<Record<string, { readonly key: 'rsa' | 'ec'; readonly digest?: string }>> = {
  '1.2.840.113549.1.1.1': { key: 'rsa' },
  '1.2.840.113549.1.1.4': { key: 'rsa', digest: 'md5' },
  '1.2.840.113549.1.1.5': { key: 'rsa', digest: 'sha1' },
  '1.3.14.3.2.29': { key: 'rsa', digest: 'sha1' },
  '1.2.840.113549.1.1.11': { key: 'rsa', digest: 'sha256' },
  '1.2.840.113549.1.1.12': { key: 'rsa', digest: 'sha384' },
  '1.2.840.113549.1.1.13': { key: 'rsa', digest: 'sha512' },
  '1.2.840.10045.2.1': { key: 'ec' },
  '1.2.840.10045.4.1': { key: 'ec', digest: 'sha1' },
  '1.2.840.10045.4.3.2': { key: 'ec', digest: 'sha256' },
  '1.2.840.10045.4.3.3': { key: 'ec', digest: 'sha384' },
  '1.2.840.10045.4.3.4': { key: 'ec', digest: 'sha512' },
};

/** The name of a digest for node:crypto; undefined for one we do not know. */
export function digestName(oid: string): string | undefined {
  return digests[oid];
}

/** The kind of key of a signature, and its digest where the identifier says it. */
export function signatureAlgorithm(oid: string): { readonly key: 'rsa' | 'ec'; readonly digest?: string } | undefined {
  return signatures[oid];
}
