// The hash in the names of driver store folders. `abc` is computed by hand: 97*39^2 + 98*39 + 99 = 0x24FA2.
import { describe, expect, it } from 'vitest';
import { storeFolderName, storeHash } from '../../../lib/inf/store-folder-name.ts';

describe('the name of a store folder', () => {
  it('ends in the hash of the bytes', () => {
    expect(storeHash(Buffer.from('abc'))).toBe('a24f020000000000');
    expect(storeHash(new Uint8Array())).toBe('0000000000000000');
    const bytes = Uint8Array.from({ length: 1003 }, (_, i) => (i * 7) & 0xff);
    let hash = 0n;
    for (const byte of bytes) hash = BigInt.asUintN(64, hash * 39n + BigInt(byte));
    const expected = Buffer.alloc(8);
    expected.writeBigUInt64LE(hash);
    expect(storeHash(bytes)).toBe(expected.toString('hex'));
  });

  it('names the language before Windows 8', () => {
    const bytes = Buffer.from('abc');
    const windows7 = { major: 6, minor: 1 };
    expect(storeFolderName('A.inf', 'x86', bytes, windows7)).toBe('a.inf_x86_neutral_a24f020000000000');
    expect(storeFolderName('A.INF', 'arm64', bytes, { major: 10, minor: 0 })).toBe('a.inf_arm64_a24f020000000000');
    expect(storeFolderName('a.inf', 'amd64', bytes, { major: 6, minor: 2 })).toBe('a.inf_amd64_a24f020000000000');
  });
});
