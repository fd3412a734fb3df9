// The whole hive against itself: every cell used once, lists that fit their keys, parents, order, and the ring and the
// reference counts of the security cells. Editing asks for this first, because freeing a cell that two records share would
// spread damage.
import { isDismError } from '../base/error.ts';
import { upcase } from '../base/upcase.ts';
import { NO_CELL } from './cell-store.ts';
import { type HiveTree, MAX_DEPTH } from './hive-tree.ts';
import { KeyNode } from './key-node.ts';
import { parseSecurityCell, readRing, type SecurityCell } from './security-cells.ts';
import { parseValueNode, valueCells } from './value-node.ts';

/**
 * damage: a record is broken; the hive is not edited. order, count: subkeys not sorted, references not counted right; editing
 * puts that right. double-name: two subkeys of one name; only the first can be found, both stay.
 */
export type HiveFindingKind = 'damage' | 'order' | 'count' | 'double-name';

/** Something wrong in a hive. */
export interface HiveFinding {
  readonly kind: HiveFindingKind;
  /** In the file. */
  readonly offset: number;
  readonly message: string;
  /** The path of the key concerned, where one is known. */
  readonly path?: string;
}

export interface HiveCheck {
  readonly keys: number;
  readonly values: number;
  readonly findings: readonly HiveFinding[];
  /** Security cells and how many keys refer to each. */
  readonly references: ReadonlyMap<number, number>;
}

/** Walks all of a hive. Never throws for damage: it becomes findings, and so many of them end the walk early. */
export function checkHive(tree: HiveTree, maxDamage = 100): HiveCheck {
  const { store, index } = tree;
  const used = new Uint32Array((store.dataLength >>> 8) + 1);
  const findings: HiveFinding[] = [];
  const references = new Map<number, number>();
  let keys = 0;
  let values = 0;
  let damage = 0;

  const report = (kind: HiveFindingKind, offset: number, message: string, path?: string): void => {
    findings.push(path === undefined ? { kind, offset, message } : { kind, offset, message, path });
  };
  const attempt = (path: () => string, action: () => void): void => {
    try {
      action();
    } catch (error) {
      if (!isDismError(error) || error.Offset === undefined) throw error;
      damage++;
      report('damage', error.Offset, error.message, path());
    }
  };
  const claim = (offset: number): void => {
    const bit = 1 << ((offset >>> 3) & 31);
    if ((used[offset >>> 8]! & bit) !== 0) throw store.corrupt(offset, 'a cell belongs to two records');
    used[offset >>> 8]! |= bit;
  };

  const checkKey = (key: Pending, push: (key: Pending) => void): void => {
    const { node, depth } = key;
    const path = (): string => pathOf(key);
    keys++;
    references.set(node.security, (references.get(node.security) ?? 0) + 1);
    attempt(path, () => claim(node.offset));
    if (node.classCell !== NO_CELL) {
      attempt(path, () => {
        store.contentSize(node.classCell, 'a class name', node.classLength);
        claim(node.classCell);
      });
    }
    attempt(path, () => {
      for (const cell of index.listCells(node)) claim(cell);
    });
    attempt(path, () => {
      for (const offset of index.valueOffsets(node)) {
        values++;
        for (const cell of valueCells(store, parseValueNode(store, offset))) claim(cell);
      }
    });
    attempt(path, () => {
      if (depth > MAX_DEPTH) throw store.corrupt(node.offset, `a key lies deeper than ${MAX_DEPTH} levels`);
      let last: string | undefined;
      let isSorted = true;
      for (const offset of index.subkeyOffsets(node)) {
        attempt(path, () => {
          const child = index.child(node, offset);
          const { name } = child;
          const upcased = upcase(name);
          if (last !== undefined && upcased < last) isSorted = false;
          if (upcased === last)
            report('double-name', store.position(offset), `the name "${name}" is there twice`, path());
          last = upcased;
          push({ node: child, depth: depth + 1, name, parent: key });
        });
      }
      if (!isSorted) {
        report('order', store.position(node.offset), 'the subkeys are not in the order of Windows', path());
      }
    });
  };

  attempt(
    () => '',
    () => {
      const root = new KeyNode(store, tree.rootOffset, 'the root key');
      const stack: Pending[] = [{ node: root, depth: 0, name: '', parent: undefined }];
      while (stack.length > 0 && damage < maxDamage) {
        const key = stack.pop()!;
        checkKey(key, (child) => stack.push(child));
      }
      if (damage < maxDamage) checkSecurity(readRing(store, root.security));
    },
  );
  return { keys, values, findings, references };

  function checkSecurity(ring: readonly SecurityCell[]): void {
    const members = new Set(ring.map((cell) => cell.offset));
    for (const cell of ring) {
      attempt(
        () => '',
        () => claim(cell.offset),
      );
      const count = references.get(cell.offset) ?? 0;
      if (cell.references !== count) {
        const message = `a security cell counts ${cell.references} references instead of ${count}`;
        report('count', store.position(cell.offset) + 12, message);
      }
    }
    for (const offset of references.keys()) {
      if (members.has(offset)) continue;
      attempt(
        () => '',
        () => {
          parseSecurityCell(store, offset);
          throw store.corrupt(offset, 'a security cell in use is not in the ring');
        },
      );
    }
  }
}

interface Pending {
  readonly node: KeyNode;
  readonly depth: number;
  readonly name: string;
  readonly parent: Pending | undefined;
}

function pathOf(key: Pending): string {
  const names: string[] = [];
  for (let at: Pending | undefined = key; at?.parent; at = at.parent) names.push(at.name);
  return names.reverse().join('\\');
}

/** Puts right what a check found repairable: reference counts now, the order of lists when they are written. */
export function repairHive(tree: HiveTree, check: HiveCheck): void {
  const { store, index } = tree;
  for (const [offset, count] of check.references) {
    store.view.setUint32(store.position(offset) + 12, count, true);
  }
  for (const finding of check.findings) {
    if (finding.kind !== 'order') continue;
    index.subkeys(new KeyNode(store, finding.offset - store.position(0))).changed = true;
  }
}
