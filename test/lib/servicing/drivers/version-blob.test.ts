// `Version` of packages, as Windows 10 wrote it for drivers whose class, date and version are public.
import { describe, expect, it } from 'vitest';
import { decodeVersionRecord, encodeVersionRecord } from '../../../../lib/servicing/drivers/version-blob.ts';

const measured: [string, string, string, string, readonly number[]][] = [
  [
    'a storage driver',
    '00ff0900000000007be9364d25e3ce11bfc108002be1031800c0b6192f3ad70100001100030001000000000000000000',
    '{4d36e97b-e325-11ce-bfc1-08002be10318}',
    '2021-04-26T00:00:00.0000000Z',
    [1, 3, 17, 0],
  ],
  [
    'a bus driver',
    '00ff0900000000007de9364d25e3ce11bfc108002be10318008024957b37d50100001000080009000000000000000000',
    '{4d36e97d-e325-11ce-bfc1-08002be10318}',
    '2019-07-11T00:00:00.0000000Z',
    [9, 8, 16, 0],
  ],
];

describe('the version record', () => {
  it.each(measured)('of %s is read and written as Windows does', (_, hex, classGuid, date, version) => {
    const record = decodeVersionRecord(Buffer.from(hex, 'hex'))!;
    expect(record).toMatchObject({ isInbox: false, architecture: 9, classGuid, version });
    expect(record.date.toJSON()).toBe(date);
    expect(Buffer.from(encodeVersionRecord(record)).toString('hex')).toBe(hex);
  });

  it('of another length is none', () => {
    expect(decodeVersionRecord(new Uint8Array(47))).toBeUndefined();
    expect(decodeVersionRecord(undefined)).toBeUndefined();
  });
});
