// Is a driver package signed, by whom, and does the signature cover what is there?
import { isDismError } from '../../base/error.ts';
import { upcase } from '../../base/upcase.ts';
import { type FileDigests, fileDigests } from '../../catalog/authenticode-hash.ts';
import { type Catalog, parseCatalog } from '../../catalog/catalog.ts';
import { SignerScore } from '../../catalog/signer-score.ts';
import type { TrustAnchors } from '../../catalog/trust-anchors.ts';
import { type CatalogVerification, verifyCatalog } from '../../catalog/verify-catalog.ts';

/** A file of a package. */
export interface SignedFile {
  /** Below the folder of the INF, with backslashes. */
  readonly path: string;
  /** undefined when the file is not there. */
  read(): Promise<Uint8Array | undefined>;
}

/** As much of a driver package as signatures are about. */
export interface SignedPackage {
  /** The INF first, then all files that it needs. */
  readonly files: readonly SignedFile[];
  /** undefined when the INF names no catalog. */
  readonly catalog: SignedFile | undefined;
}

export type SignatureFindingCode =
  | 'NoCatalog'
  | 'CatalogMissing'
  | 'CatalogUnreadable'
  | 'NotSigned'
  | 'BadSignature'
  | 'UntrustedSigner'
  | 'FileNotCovered'
  | 'FileChanged';

export interface SignatureFinding {
  readonly code: SignatureFindingCode;
  readonly message: string;
  /** The file at fault, below the folder of the INF. */
  readonly file?: string | undefined;
}

export interface PackageSignature {
  /** A valid signature by somebody trusted covers the INF and every file. */
  readonly isSigned: boolean;
  /** Whom the catalog names as its signer, trusted or not. */
  readonly signerName: string | undefined;
  /** SIGNERSCORE_*; that of no signature unless `isSigned`. */
  readonly signerScore: SignerScore;
  readonly findings: readonly SignatureFinding[];
}

export interface ExamineOptions {
  /** The roots that count; the pinned ones when absent. */
  readonly anchors?: TrustAnchors | undefined;
  /** The moment for which certificates without time stamp are judged; now when absent. */
  readonly at?: Date | undefined;
}

/** Problems of the signature itself; all others are about who signed. */
const broken: ReadonlySet<string> = new Set(['Malformed', 'ContentChanged', 'SignatureWrong', 'SignerMissing']);

function isCovered(catalog: Catalog, digests: FileDigests): boolean {
  const { image, flat } = digests;
  return [image?.sha256, image?.sha1, flat.sha256, flat.sha1].some(
    (digest) => digest !== undefined && catalog.byDigest.has(digest),
  );
}

async function coverFindings(catalog: Catalog, files: readonly SignedFile[]): Promise<SignatureFinding[]> {
  const named = new Set(catalog.members.map((member) => upcase(member.fileName ?? '')));
  const findings: SignatureFinding[] = [];
  for (const file of files) {
    const bytes = await file.read();
    if (!bytes || isCovered(catalog, fileDigests(bytes))) continue;
    const name = file.path.slice(file.path.lastIndexOf('\\') + 1);
    findings.push(
      named.has(upcase(name))
        ? {
            code: 'FileChanged',
            message: `${file.path} is not the file that the catalog was made for.`,
            file: file.path,
          }
        : { code: 'FileNotCovered', message: `${file.path} is not in the catalog.`, file: file.path },
    );
  }
  return findings;
}

function signatureFinding(verification: CatalogVerification): SignatureFinding | undefined {
  if (verification.isValid) return undefined;
  const message = verification.problems.map((problem) => problem.message).join(' ');
  const codes = verification.problems.map((problem) => problem.code);
  if (codes.includes('NotSigned')) return { code: 'NotSigned', message };
  return { code: codes.some((code) => broken.has(code)) ? 'BadSignature' : 'UntrustedSigner', message };
}

function unsigned(finding: SignatureFinding): PackageSignature {
  return { isSigned: false, signerName: undefined, signerScore: SignerScore.Unsigned, findings: [finding] };
}

/**
 * Examines the signature of a driver package. Files that are not there are passed over: that they are missing is for others
 * to say. Files are read one after the other, so the largest one bounds the memory.
 */
export async function examineSignature(driver: SignedPackage, options: ExamineOptions = {}): Promise<PackageSignature> {
  const path = driver.catalog?.path;
  const inf = driver.files[0]?.path ?? 'The INF';
  if (!driver.catalog) return unsigned({ code: 'NoCatalog', message: `${inf} names no catalog.` });
  const bytes = await driver.catalog.read();
  if (!bytes) return unsigned({ code: 'CatalogMissing', message: `The catalog ${path} is not there.`, file: path });
  let catalog: Catalog;
  let verification: CatalogVerification;
  try {
    catalog = parseCatalog(bytes, path);
    verification = verifyCatalog(catalog, options);
  } catch (error) {
    if (!isDismError(error)) throw error;
    return unsigned({ code: 'CatalogUnreadable', message: error.message, file: path });
  }
  const signature = signatureFinding(verification);
  const findings = [
    ...(signature ? [{ ...signature, file: path }] : []),
    ...(await coverFindings(catalog, driver.files)),
  ];
  const isSigned = findings.length === 0;
  return {
    isSigned,
    signerName: verification.signerName,
    signerScore: isSigned ? verification.signerScore : SignerScore.Unsigned,
    findings,
  };
}
