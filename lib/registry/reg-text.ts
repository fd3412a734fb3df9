// What a .reg file says: a list of operations in the order of the file. Both regedit's forms, REGEDIT4 (8-bit text, whose
// expandable and multiple strings are 8-bit too) and "Windows Registry Editor Version 5.00" (UTF-16), are read into it.

/** The first line of the two forms. */
export const regTextHeaders = { 4: 'REGEDIT4', 5: 'Windows Registry Editor Version 5.00' } as const;
export type RegTextVersion = keyof typeof regTextHeaders;

export type RegOperation =
  | { readonly kind: 'create-key'; readonly path: string; readonly line: number }
  | { readonly kind: 'delete-key'; readonly path: string; readonly line: number }
  | {
      readonly kind: 'set-value';
      readonly path: string;
      readonly name: string;
      readonly type: number;
      readonly data: Uint8Array;
      readonly line: number;
    }
  | { readonly kind: 'delete-value'; readonly path: string; readonly name: string; readonly line: number };

export interface RegText {
  readonly version: RegTextVersion;
  readonly operations: readonly RegOperation[];
}
