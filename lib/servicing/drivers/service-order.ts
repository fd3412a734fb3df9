// Tags: which drivers of a load order group come first. A driver of a group gets a number that no other of it has; the list
// of the group in Control\GroupOrderList says the order of those that were put into it. As measured on Windows 10: the lowest
// number that neither a service nor the list uses, whatever the start type; the list changes only when the INF asks for it.
import { upcase } from '../../base/upcase.ts';
import type { HiveKey } from '../../registry/hive-key.ts';

/** SPSVCINST_TAGTOFRONT. */
const TO_FRONT = 1;
/** Numbers in one list; real ones have some sixty. */
const MAX_ORDER = 1 << 16;

/** The tags of GroupOrderList: a u32 that counts them, then they. */
function readOrder(control: HiveKey, group: string): number[] {
  const data = control.subkey('GroupOrderList')?.value(group)?.data ?? new Uint8Array();
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const tags: number[] = [];
  for (let at = 4; at + 4 <= data.length && tags.length < MAX_ORDER; at += 4) tags.push(view.getUint32(at, true));
  return tags;
}

function writeOrder(control: HiveKey, group: string, tags: readonly number[]): void {
  const data = Buffer.alloc(4 + 4 * tags.length);
  [tags.length, ...tags].forEach((tag, i) => {
    data.writeUInt32LE(tag, 4 * i);
  });
  control.create('GroupOrderList').setBinary(group, Uint8Array.from(data));
}

/** The tags of the services of a group. */
function usedTags(services: HiveKey, group: string): Set<number> {
  const used = new Set<number>();
  for (const key of services.subkeys()) {
    const tag = key.getDword('Tag');
    if (tag !== undefined && upcase(key.getText('Group') ?? '') === upcase(group)) used.add(tag);
  }
  return used;
}

/**
 * Gives a driver of a load order group its tag, unless it has one in that group.
 * @param control The key Control of the control set.
 * @param services Its key Services.
 * @param service The key of the service, whose group is written already.
 * @param flags SPSVCINST_* of the INF.
 */
export function assignTag(control: HiveKey, services: HiveKey, service: HiveKey, group: string, flags: number): void {
  const order = readOrder(control, group);
  let tag = service.getDword('Tag');
  if (tag === undefined) {
    const used = new Set([...usedTags(services, group), ...order]);
    tag = 1;
    while (used.has(tag)) tag++;
    service.setDword('Tag', tag);
  }
  if ((flags & TO_FRONT) !== 0) writeOrder(control, group, [tag, ...order.filter((other) => other !== tag)]);
}

/** Takes the tag of a service that is removed out of the list of its group. */
export function dropTag(control: HiveKey, service: HiveKey): void {
  const group = service.getText('Group');
  const tag = service.getDword('Tag');
  if (group === undefined || tag === undefined) return;
  const order = readOrder(control, group);
  const others = order.filter((other) => other !== tag);
  if (others.length === order.length) return;
  if (others.length > 0) writeOrder(control, group, others);
  else control.subkey('GroupOrderList')?.deleteValue(group);
}
