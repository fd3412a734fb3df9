// What can be wrong with a signature. Codes are for programs, texts for people.

export type SignatureProblemCode =
  | 'NotSigned'
  | 'Unsupported'
  | 'Malformed'
  | 'ContentChanged'
  | 'SignatureWrong'
  | 'SignerMissing'
  | 'IncompleteChain'
  | 'UntrustedRoot'
  | 'Distrusted'
  | 'Expired'
  | 'NotYetValid'
  | 'WrongUsage'
  | 'TimeStampInvalid';

export interface SignatureProblem {
  readonly code: SignatureProblemCode;
  readonly message: string;
}
