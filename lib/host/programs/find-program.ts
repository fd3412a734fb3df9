// Programs of the machine, by name along PATH or by path.
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Whether a file can be run. */
function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * The path of a program. A name with a slash is a path; any other is looked for along `searchPath`, which is what PATH
 * holds. undefined when there is none.
 */
export function findProgram(
  name: string,
  searchPath: string | undefined,
  resolvePath: (path: string) => string,
): string | undefined {
  if (name.includes('/')) {
    const path = resolvePath(name);
    return isProgram(path) ? path : undefined;
  }
  const endings = process.platform === 'win32' ? ['', '.exe', '.cmd', '.bat', '.com'] : [''];
  for (const folder of (searchPath ?? '').split(delimiter)) {
    if (folder === '') continue;
    for (const ending of endings) if (isProgram(join(folder, name + ending))) return join(folder, name + ending);
  }
  return undefined;
}
