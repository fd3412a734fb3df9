// What marks the generation of an entry in the metadata of the kill test.

/** O:BAG:BAD:(A;;FA;;;S-1-5-21-<generation>) */
export function securityOf(generation) {
  const ace = Buffer.from('00001800ff011f00010200000000000515000000', 'hex');
  const authority = Buffer.alloc(4);
  authority.writeUInt32LE(generation, 0);
  const sid = '01020000000000052000000020020000';
  return Buffer.concat([
    Buffer.from('0100048034000000440000000000000014000000', 'hex'),
    Buffer.from('0200200001000000', 'hex'),
    ace,
    authority,
    Buffer.from(sid + sid, 'hex'),
  ]);
}

/** A time in ticks since 1601. */
export function ticksOf(generation) {
  return 130_000_000_000_000_000n + BigInt(generation);
}
