// What a line works on: nothing, the running Windows, the directory of an applied image, or images of a file, which DISM.exe
// does not know and would mount first.
import { stat } from 'node:fs/promises';
import type { CmdletDefinition } from '../../lib/host/cmdlet.ts';
import { CommandLineError, win32, wrongLine } from './command-line-error.ts';
import type { GlobalOptions } from './global-options.ts';

export type LineTarget =
  | { readonly kind: 'none' }
  | { readonly kind: 'online' }
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly indexes: readonly number[] };

/** The absolute path of what an option names; undefined without the option. */
export type AbsolutePath = (path: string | undefined) => string | undefined;

/** Throws error 3 unless the folder that an option names exists. */
export async function checkFolder(option: string, path: string | undefined, absolute: AbsolutePath): Promise<void> {
  const place = absolute(path);
  if (place === undefined) return;
  const found = await stat(place).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw missing(option, path);
}

function missing(option: string, path: string | undefined): CommandLineError {
  return new CommandLineError(
    win32.pathNotFound,
    `Unable to access ${path}: the /${option} option needs a directory that exists.`,
  );
}

/** What /Image, /Index and /Online say. Throws CommandLineError when there is no such thing. */
export async function findTarget(
  { image, imageIndexes, online }: GlobalOptions,
  platform: string,
  absolute: AbsolutePath,
): Promise<LineTarget> {
  if (online) {
    if (platform === 'win32') return { kind: 'online' };
    throw new CommandLineError(
      win32.notSupported,
      'The /Online option needs a running Windows: use /Image with the root directory of an offline image.',
    );
  }
  const path = absolute(image);
  if (path === undefined) return { kind: 'none' };
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) {
    if (imageIndexes.length > 0) return { kind: 'file', path, indexes: imageIndexes };
    throw wrongLine(`${image} is a file: the /Index option must say which of its images is meant.`);
  }
  if (!found?.isDirectory()) throw missing('Image', image);
  if (imageIndexes.length === 0) return { kind: 'directory', path };
  throw wrongLine(`The index option is not recognized in this context: ${image} is a directory.`);
}

/** The parameters that carry the target to a cmdlet. Throws error 50 when the cmdlet cannot work on it. */
export function targetParameters(target: LineTarget, definition: CmdletDefinition): Record<string, unknown> {
  switch (target.kind) {
    case 'none':
      return {};
    case 'online':
      return { Online: true };
    case 'directory':
      return { Path: target.path };
    case 'file':
      if (definition.parameters.ImagePath && definition.parameters.Index?.isArray)
        return { ImagePath: target.path, Index: target.indexes };
      throw new CommandLineError(
        win32.notSupported,
        `${target.path} is a file: this command needs a directory that the image was applied to.`,
      );
  }
}
