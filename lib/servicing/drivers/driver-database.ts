// The driver database of Windows 8 and later: the key DriverDatabase of SYSTEM and DRIVERS. Together they list all packages
// of the driver store; which hive holds a package depends on its class, because SYSTEM alone is there when Windows starts.
import type { HiveKey } from '../../registry/hive-key.ts';
import { encodeFileTime } from '../../registry/value-data.ts';
import type { ServicingSession } from '../servicing-session.ts';
import { isSystemHiveClass } from './boot-critical.ts';
import { type DriverVersionRecord, decodeVersionRecord } from './version-blob.ts';

export type DatabaseHive = 'SYSTEM' | 'DRIVERS';

/** DriverPackages\<folder>. */
export interface StoredPackage {
  readonly hive: DatabaseHive;
  readonly folder: string;
  /** oem0.inf, or the name of an inbox INF. */
  readonly publishedName: string;
  readonly infName: string;
  readonly provider: string;
  readonly version: DriverVersionRecord | undefined;
  readonly key: HiveKey;
}

/** The number of `oem12.inf`; undefined for other names. */
export function oemNumber(publishedName: string): number | undefined {
  const match = /^oem(\d{1,7})\.inf$/i.exec(publishedName);
  return match ? Number(match[1]) : undefined;
}

export class DriverDatabase {
  private readonly nodes: ReadonlyMap<DatabaseHive, HiveKey>;

  private constructor(nodes: ReadonlyMap<DatabaseHive, HiveKey>) {
    this.nodes = nodes;
  }

  /** The database of an image; undefined before Windows 8. */
  static async open(session: ServicingSession): Promise<DriverDatabase | undefined> {
    const system = (await session.getHive('SYSTEM')).root.subkey('DriverDatabase');
    if (!system) return undefined;
    const nodes = new Map<DatabaseHive, HiveKey>([['SYSTEM', system]]);
    const drivers = await session.findHive('DRIVERS');
    const second = drivers?.root.subkey('DriverDatabase');
    if (second) nodes.set('DRIVERS', second);
    return new DriverDatabase(nodes);
  }

  /** The key DriverDatabase of a hive. Windows 8 images can lack the second one; SYSTEM then holds all. */
  node(hive: DatabaseHive): HiveKey {
    return this.nodes.get(hive) ?? this.nodes.get('SYSTEM')!;
  }

  /** The hive for a package: where its class is already, else where the class is known to be. */
  hiveFor(classGuid: string, hasBootStart: boolean): DatabaseHive {
    if (!this.nodes.has('DRIVERS') || hasBootStart) return 'SYSTEM';
    const index = classGuid.toLowerCase();
    const isIn = (hive: DatabaseHive): boolean => (this.node(hive).subkey(`DeviceIds\\${index}`)?.valueCount ?? 0) > 0;
    if (isSystemHiveClass(index)) return 'SYSTEM';
    if (isIn('SYSTEM') !== isIn('DRIVERS')) return isIn('SYSTEM') ? 'SYSTEM' : 'DRIVERS';
    return 'DRIVERS';
  }

  /** All packages, those of SYSTEM first. */
  *packages(): Generator<StoredPackage> {
    for (const [hive, node] of this.nodes) {
      for (const key of node.subkey('DriverPackages')?.subkeys() ?? []) {
        yield this.describe(hive, key);
      }
    }
  }

  /** The packages of other makers, by their published INFs. */
  *oemPackages(): Generator<StoredPackage> {
    for (const [hive, node] of this.nodes) {
      const packages = node.subkey('DriverPackages');
      for (const inf of node.subkey('DriverInfFiles')?.subkeys() ?? []) {
        if (oemNumber(inf.name) === undefined) continue;
        const folders = new Set([...(inf.getTextList('') ?? []), inf.getText('Active') ?? '']);
        for (const folder of folders) {
          const key = folder === '' ? undefined : packages?.subkey(folder);
          if (key) yield this.describe(hive, key);
        }
      }
    }
  }

  /** The package of a store folder. */
  find(folder: string): StoredPackage | undefined {
    for (const [hive, node] of this.nodes) {
      const key = node.subkey('DriverPackages')?.subkey(folder);
      if (key) return this.describe(hive, key);
    }
    return undefined;
  }

  private describe(hive: DatabaseHive, key: HiveKey): StoredPackage {
    const folder = key.name;
    return {
      hive,
      folder,
      publishedName: key.getText('') ?? '',
      infName: key.getText('InfName') ?? /^(.+\.inf)_/i.exec(folder)?.[1] ?? folder,
      provider: key.getText('Provider') ?? '',
      version: decodeVersionRecord(key.value('Version')?.data),
      key,
    };
  }

  /** The store folder that a published INF stands for now. */
  activeFolder(publishedName: string): string | undefined {
    for (const node of this.nodes.values()) {
      const key = node.subkey(`DriverInfFiles\\${publishedName}`);
      if (key) return key.getText('Active') ?? key.getTextList('')?.[0];
    }
    return undefined;
  }

  /** Whether the database uses a number, in its map or its keys. */
  isTaken(number: number): boolean {
    const map = this.node('SYSTEM').value('OemInfMap')?.data;
    if (((map?.[number >> 3] ?? 0) & (0x80 >> (number & 7))) !== 0) return true;
    return [...this.nodes.values()].some((node) => node.subkey(`DriverInfFiles\\oem${number}.inf`) !== undefined);
  }

  /** Marks a number in OemInfMap, which covers both hives: bit 0x80 >> (n mod 8) of byte n / 8. */
  mark(number: number, isTaken: boolean): void {
    const node = this.node('SYSTEM');
    const old = node.value('OemInfMap')?.data ?? new Uint8Array();
    const map = new Uint8Array(isTaken ? Math.max(old.length, (number >> 3) + 1) : old.length);
    map.set(old);
    const bit = 0x80 >> (number & 7);
    if (number >> 3 < map.length) map[number >> 3] = isTaken ? map[number >> 3]! | bit : map[number >> 3]! & ~bit;
    node.setBinary('OemInfMap', map);
  }

  /** Notes the time of a change of a hive's part. */
  touch(hive: DatabaseHive, session: ServicingSession): void {
    this.node(hive).setBinary('UpdateDate', encodeFileTime(session.now));
  }
}
