// The version of this package: in its package.json, some folders above wherever this code has been put.
import { readFileSync } from 'node:fs';

/** Such as `1.2.3`. */
export function packageVersion(): string {
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as {
        name: string;
        version: string;
      };
      if (name === 'opendism') return version;
    } catch {
      // Not in this folder.
    }
    if (folder.pathname === '/' || new URL('..', folder).href === folder.href) return 'unknown';
  }
}
