// Registry edits of an INF, carried out on the key that HKR stands for.
import { DismError } from '../../base/error.ts';
import type { InfRegistryEdit } from '../../inf/inf-registry.ts';
import type { HiveKey } from '../../registry/hive-key.ts';
import { encodeDword, encodeText, encodeTextList } from '../../registry/value-data.ts';
import { valueTypes } from '../../registry/value-type.ts';

export interface RegistryEditOptions {
  /** What text becomes before it is written: directory numbers expanded. */
  readonly expand: (text: string) => string;
  /**
   * The driver database keeps "set only if absent" (FLG_ADDREG_NOCLOBBER) in the high word of the type, and carries it out
   * when a device is installed.
   */
  readonly keepsCondition?: boolean;
  /** Leaves a value out. */
  readonly skip?: (edit: InfRegistryEdit) => boolean;
}

/** FLG_ADDREG_NOCLOBBER, as the driver database marks types with it. */
const NO_CLOBBER = 0x2;
/** Levels of keys below HKR; the registry has 512 in all. */
const MAX_LEVELS = 256;
/** Bytes of a value that BitReg may make. */
const MAX_BIT_BYTE = 0xffff;

/** Carries out the edits whose root is HKR below a key. Those of other roots are for the installation of a device. */
export function applyRegistryEdits(
  key: HiveKey,
  edits: readonly InfRegistryEdit[],
  options: RegistryEditOptions,
): void {
  for (const edit of edits) {
    if (edit.root !== 'HKR' || options.skip?.(edit)) continue;
    if (edit.key.split('\\').length > MAX_LEVELS) {
      throw new DismError(
        'LimitExceeded',
        `Line ${edit.line} of the INF names a key of more than ${MAX_LEVELS} levels.`,
      );
    }
    applyEdit(key, edit, options);
  }
}

function applyEdit(base: HiveKey, edit: InfRegistryEdit, options: RegistryEditOptions): void {
  switch (edit.action) {
    case 'createKey':
      base.create(edit.key);
      return;
    case 'set':
      setValue(base, edit, options);
      return;
    case 'append': {
      const key = base.create(edit.key);
      const list = key.getTextList(edit.name) ?? [];
      const known = new Set(list.map((text) => text.toUpperCase()));
      const added = edit.list.map(options.expand).filter((text) => !known.has(text.toUpperCase()));
      if (added.length > 0) key.setTextList(edit.name, [...list, ...added]);
      return;
    }
    case 'removeStrings': {
      const key = base.subkey(edit.key);
      const list = key?.getTextList(edit.name);
      const removed = new Set(edit.list.map((text) => options.expand(text).toUpperCase()));
      if (key && list)
        key.setTextList(
          edit.name,
          list.filter((text) => !removed.has(text.toUpperCase())),
        );
      return;
    }
    case 'deleteValue':
      base.subkey(edit.key)?.deleteValue(edit.name);
      return;
    case 'deleteKey':
      if (edit.key !== '') base.deleteSubkey(edit.key);
      return;
    default:
      changeBits(base.create(edit.key), edit);
  }
}

function setValue(
  base: HiveKey,
  edit: InfRegistryEdit & { readonly action: 'set' },
  { expand, keepsCondition }: RegistryEditOptions,
): void {
  const old = base.subkey(edit.key)?.value(edit.name);
  if (!keepsCondition && edit.when !== undefined && (edit.when === 'absent') === (old !== undefined)) return;
  const { data } = edit;
  let bytes: Uint8Array;
  if ('text' in data) bytes = encodeText(expand(data.text));
  else if ('list' in data) bytes = encodeTextList(data.list.map(expand));
  else if ('number' in data) bytes = encodeDword(data.number);
  else bytes = data.bytes;
  const mark = keepsCondition && edit.when === 'absent' ? NO_CLOBBER << 16 : 0;
  base.create(edit.key).setValue(edit.name, (edit.type | mark) >>> 0, bytes);
}

function changeBits(key: HiveKey, edit: InfRegistryEdit & { readonly action: 'setBits' | 'clearBits' }): void {
  const change = (old: number): number => (edit.action === 'setBits' ? old | edit.mask : old & ~edit.mask) >>> 0;
  if (edit.byte === undefined) {
    key.setDword(edit.name, change(key.getDword(edit.name) ?? 0));
    return;
  }
  if (edit.byte > MAX_BIT_BYTE) return;
  const old = key.value(edit.name);
  const bytes = new Uint8Array(Math.max(old?.data.length ?? 0, edit.byte + 1));
  bytes.set(old?.data ?? []);
  bytes[edit.byte] = change(bytes[edit.byte]!) & 0xff;
  key.setValue(edit.name, old?.type ?? valueTypes.REG_BINARY, bytes);
}
