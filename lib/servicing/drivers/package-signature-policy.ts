// What adding a driver needs to know of its signature, and who finds it out.
import type { ServicingSession } from '../servicing-session.ts';
import type { PackageSignature } from './package-signature.ts';
import type { ResolvedPackage } from './resolve-package.ts';

/** Examines the signature of a package for the Windows of an image. */
export type ExamineSignature = (driver: ResolvedPackage, session: ServicingSession) => Promise<PackageSignature>;

/** SIGNERSCORE_UNSIGNED. */
export const UNSIGNED_SCORE = 0x8000_0000;
