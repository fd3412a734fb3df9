// Proves that two folders hold the same tree: walks both and compares names, types, sizes, SHA-256 of the contents, link
// targets and modification times (to 100 ns, what a WIM file can hold). Uses nothing of OpenDISM.
import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { join } from 'node:path';

const buffer = Buffer.allocUnsafe(1 << 20);

function sha256(file) {
  const hash = createHash('sha256');
  const descriptor = openSync(file, 'r');
  try {
    for (;;) {
      const count = readSync(descriptor, buffer, 0, buffer.length, null);
      if (count === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, count));
    }
  } finally {
    closeSync(descriptor);
  }
}

function describe(path) {
  const stat = lstatSync(path, { bigint: true });
  const time = stat.mtimeNs / 100n;
  if (stat.isSymbolicLink()) return { type: 'link', target: readlinkSync(path), time };
  if (stat.isDirectory()) return { type: 'directory', time };
  if (stat.isFile()) return { type: 'file', size: stat.size, time };
  return { type: 'special' };
}

/** Compares the trees below `left` and `right`; `differences` is empty when they are the same. */
export function compareTrees(left, right) {
  const result = { files: 0, directories: 0, links: 0, bytes: 0n, differences: [] };
  const visit = (path) => {
    const a = describe(join(left, path));
    const b = describe(join(right, path));
    const differ = (what) => result.differences.push(`${path || '.'}: ${what}`);
    if (a.type !== b.type) return differ(`${a.type} against ${b.type}`);
    if (a.time !== b.time) differ('modification time');
    if (a.type === 'link') {
      result.links++;
      if (a.target !== b.target) differ(`link target ${a.target} against ${b.target}`);
    } else if (a.type === 'file') {
      result.files++;
      result.bytes += a.size;
      if (a.size !== b.size) differ(`size ${a.size} against ${b.size}`);
      else if (sha256(join(left, path)) !== sha256(join(right, path))) differ('contents');
    } else if (a.type === 'directory') {
      result.directories++;
      const inLeft = new Set(readdirSync(join(left, path)));
      const inRight = new Set(readdirSync(join(right, path)));
      for (const name of inLeft) {
        if (inRight.has(name)) visit(join(path, name));
        else result.differences.push(`${join(path, name)}: only in ${left}`);
      }
      for (const name of inRight) {
        if (!inLeft.has(name)) result.differences.push(`${join(path, name)}: only in ${right}`);
      }
    }
  };
  visit('');
  return result;
}
