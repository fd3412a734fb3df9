// What adding a driver needs to know of its signature, and who finds it out.
import type { ServicingSession } from '../servicing-session.ts';
import type { ResolvedPackage } from './resolve-package.ts';

/** As the examination of a catalog reports it. */
export interface SignatureFinding {
  readonly code: string;
  readonly message: string;
  /** The file of the package at fault, relative to the INF. */
  readonly file?: string | undefined;
}

/** The outcome of examining the catalog of a package. */
export interface PackageSignature {
  /** The catalog is there, lists the files of the package, and its signature holds. */
  readonly isSigned: boolean;
  readonly signerName: string | undefined;
  /** SIGNERSCORE_* of setupapi.h. */
  readonly signerScore: number;
  readonly findings: readonly SignatureFinding[];
}

/** Examines the signature of a package for the Windows of an image. */
export type ExamineSignature = (driver: ResolvedPackage, session: ServicingSession) => Promise<PackageSignature>;

/** SIGNERSCORE_UNSIGNED. */
export const UNSIGNED_SCORE = 0x8000_0000;
