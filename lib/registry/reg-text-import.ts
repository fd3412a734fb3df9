// Carries out the operations of a .reg file on a hive, and makes hives from text.
import { DismError } from '../base/error.ts';
import { Hive, type HiveCreateOptions } from './hive.ts';
import { pathInsideHive } from './hive-paths.ts';
import type { RegText } from './reg-text.ts';
import { parseRegText } from './reg-text-parser.ts';

export interface RegImportOptions {
  /** Maps a path of the text to a path in the hive; undefined leaves the operation out. Default: `pathInsideHive`. */
  readonly mapPath?: (path: string) => string | undefined;
}

export interface RegImportResult {
  readonly keysCreated: number;
  readonly keysDeleted: number;
  readonly valuesSet: number;
  readonly valuesDeleted: number;
  /** Operations that `mapPath` left out. */
  readonly skipped: number;
}

/** Applies text to a hive, in the order of the file. */
export function importRegText(hive: Hive, text: RegText, options: RegImportOptions = {}): RegImportResult {
  const mapPath = options.mapPath ?? ((path: string) => pathInsideHive(hive, path));
  const result = { keysCreated: 0, keysDeleted: 0, valuesSet: 0, valuesDeleted: 0, skipped: 0 };
  for (const operation of text.operations) {
    const path = mapPath(operation.path);
    if (path === undefined) {
      result.skipped++;
      continue;
    }
    switch (operation.kind) {
      case 'create-key':
        if (!hive.root.subkey(path)) {
          hive.root.create(path);
          result.keysCreated++;
        }
        break;
      case 'delete-key':
        if (path === '') {
          const message = `Line ${operation.line} of the registry text would delete the whole hive.`;
          throw new DismError('InvalidParameter', message, { Target: operation.path });
        }
        if (hive.root.deleteSubkey(path)) result.keysDeleted++;
        break;
      case 'set-value':
        hive.root.create(path).setValue(operation.name, operation.type, operation.data);
        result.valuesSet++;
        break;
      case 'delete-value':
        if (hive.root.subkey(path)?.deleteValue(operation.name)) result.valuesDeleted++;
        break;
    }
  }
  return result;
}

/** A new hive with what a .reg text says. */
export function hiveFromRegText(text: string | Uint8Array, options: HiveCreateOptions & RegImportOptions = {}): Hive {
  const hive = Hive.create(options);
  importRegText(hive, parseRegText(text), options);
  return hive;
}
