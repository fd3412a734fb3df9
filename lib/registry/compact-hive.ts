// A hive written anew without free cells: keys depth first, so that a key lies near its subkeys and values. Everything about
// the keys is kept: times, flags, classes, security, and the fields of the base block that are not about places.
import { BASE_BLOCK_SIZE, parseBaseBlock, updateBaseBlock } from './base-block.ts';
import { Hive, type HiveOpenOptions } from './hive.ts';
import type { HiveKey } from './hive-key.ts';

/** A compact copy. The original stays as it is. */
export function compactHive(hive: Hive, options: Omit<HiveOpenOptions, 'logs'> = {}): Hive {
  const source = hive.root;
  const target = Hive.create({
    rootName: source.name,
    minorVersion: hive.minorVersion as 3 | 4 | 5 | 6,
    securityDescriptor: source.securityDescriptor,
    ...(options.now && { now: options.now }),
  });
  const stack: { readonly from: HiveKey; readonly to: HiveKey }[] = [{ from: source, to: target.root }];
  while (stack.length > 0) {
    const { from, to } = stack.pop()!;
    for (const value of from.values()) to.setValue(value.name, value.type, value.data);
    for (const child of from.subkeys()) stack.push({ from: child, to: to.createSubkey(child.name) });
    to.copyProperties(from);
  }
  const bytes = target.toBytes();
  const { rootCell, dataLength } = parseBaseBlock(bytes);
  const before = hive.toBytes().subarray(0, BASE_BLOCK_SIZE);
  const { primarySequence, lastWritten } = parseBaseBlock(before);
  bytes.set(before);
  updateBaseBlock(bytes, { sequence: primarySequence + 1, lastWritten, rootCell, dataLength });
  return Hive.open(bytes, options);
}
