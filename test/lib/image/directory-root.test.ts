// A directory against the contract of ImageRoot.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DirectoryRoot } from '../../../lib/image/directory-root.ts';
import { describeImageRoot } from './image-root-contract.ts';

/** Everything below a folder: names, kinds, modes, contents, times. */
function traceFolder(folder: string): Record<string, string> {
  const trace: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true }) as string[]) {
    const path = join(folder, name);
    const status = lstatSync(path, { bigint: true });
    const content = status.isFile()
      ? createHash('sha1').update(readFileSync(path)).digest('hex')
      : status.isSymbolicLink()
        ? readlinkSync(path)
        : '';
    trace[name] = [status.mode, status.mtimeNs, status.nlink, content].join(' ');
  }
  return trace;
}

describeImageRoot({
  name: 'a directory',
  async make(source, folder) {
    const tree = join(folder, 'tree');
    renameSync(source, tree);
    return { open: () => DirectoryRoot.open(tree), trace: async () => traceFolder(folder) };
  },
});
