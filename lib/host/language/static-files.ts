// [IO.Path], [IO.File] and [IO.Directory]. Relative paths start at the session's location.
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, isAbsolute, join, normalize, relative, resolve, sep } from 'node:path';
import { Char } from '../value/char.ts';
import { isTruthy, toArray } from '../value/convert.ts';
import { setElementType, textOf } from '../value/text.ts';
import { wildcard } from '../value/wildcard.ts';
import type { StaticTable } from './static-members.ts';

const text = (value: unknown): string => textOf(value);

/** As .NET joins: a part that is absolute starts anew. */
function combine(parts: readonly string[]): string {
  return parts.reduce(
    (whole, part) =>
      isAbsolute(part)
        ? part
        : whole === '' || whole.endsWith(sep)
          ? whole + part
          : part === ''
            ? whole
            : whole + sep + part,
    '',
  );
}

function changeExtension(path: string, extension: string | undefined): string {
  const bare = path.slice(0, path.length - extname(path).length);
  if (extension === undefined) return bare;
  return bare + (extension === '' || extension.startsWith('.') ? extension : `.${extension}`);
}

const randomName = (): string => `${Math.random().toString(36).slice(2, 10).padEnd(8, '0')}.tmp`;

export const pathStatics: StaticTable = {
  combine: (_, ...parts) => combine(parts.flat().map(text)),
  join: (_, ...parts) => join(...parts.map(text)),
  getfilename: (_, path) => (text(path).endsWith(sep) ? '' : basename(text(path))),
  getfilenamewithoutextension: (_, path) => basename(text(path), extname(text(path))),
  getextension: (_, path) => extname(text(path)),
  getdirectoryname: (_, path) => (text(path) === sep ? null : text(path).includes(sep) ? dirname(text(path)) : ''),
  getfullpath: (session, path) => resolve(session.cwd, text(path)),
  getpathroot: (_, path) => (isAbsolute(text(path)) ? sep : ''),
  getrelativepath: (_, from, to) => relative(text(from), text(to)),
  gettemppath: () => join(tmpdir(), sep),
  gettempfilename: () => {
    const path = join(mkdtempSync(join(tmpdir(), 'opendism-')), randomName());
    writeFileSync(path, '');
    return path;
  },
  getrandomfilename: () => randomName().replace(/\.tmp$/, `.${Math.random().toString(36).slice(2, 5).padEnd(3, '0')}`),
  changeextension: (_, path, extension) =>
    changeExtension(text(path), extension === undefined || extension === null ? undefined : text(extension)),
  hasextension: (_, path) => extname(text(path)) !== '',
  ispathrooted: (_, path) => isAbsolute(text(path)),
  getinvalidfilenamechars: () => [Char.of(0), Char.of(47)],
  directoryseparatorchar: () => Char.of(sep.charCodeAt(0)),
  pathseparator: () => Char.of(58),
};

const lines = (value: unknown): string =>
  toArray(value)
    .map((line) => `${text(line)}\n`)
    .join('');
const withoutMark = (content: string): string => content.replace(/^\ufeff/, '');
const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

export const fileStatics: StaticTable = {
  exists: (session, path) => isFile(session.resolvePath(text(path))),
  readalltext: (session, path) => withoutMark(readFileSync(session.resolvePath(text(path)), 'utf8')),
  readalllines: (session, path) => {
    const all = withoutMark(readFileSync(session.resolvePath(text(path)), 'utf8')).split(/\r?\n/);
    if (all.at(-1) === '') all.pop();
    setElementType(all, 'System.String');
    return all;
  },
  readallbytes: (session, path) => new Uint8Array(readFileSync(session.resolvePath(text(path)))),
  writealltext: (session, path, content) => writeFileSync(session.resolvePath(text(path)), text(content)),
  writealllines: (session, path, content) => writeFileSync(session.resolvePath(text(path)), lines(content)),
  writeallbytes: (session, path, bytes) =>
    writeFileSync(
      session.resolvePath(text(path)),
      bytes instanceof Uint8Array ? bytes : Uint8Array.from(toArray(bytes), Number),
    ),
  appendalltext: (session, path, content) => appendFileSync(session.resolvePath(text(path)), text(content)),
  delete: (session, path) => rmSync(session.resolvePath(text(path)), { force: true }),
  copy: (session, from, to, overwrite) =>
    copyFileSync(session.resolvePath(text(from)), session.resolvePath(text(to)), isTruthy(overwrite) ? 0 : 1),
  move: (session, from, to) => renameSync(session.resolvePath(text(from)), session.resolvePath(text(to))),
};

function listed(folder: string, pattern: unknown, folders: boolean): string[] {
  const matches = pattern === undefined ? () => true : wildcard(text(pattern));
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() === folders && matches(entry.name))
    .map((entry) => join(folder, entry.name));
}

export const directoryStatics: StaticTable = {
  exists: (session, path) => {
    const full = session.resolvePath(text(path));
    return existsSync(full) && !isFile(full);
  },
  createdirectory: (session, path) => {
    mkdirSync(session.resolvePath(text(path)), { recursive: true });
  },
  getfiles: (session, path, pattern) => listed(session.resolvePath(text(path)), pattern, false),
  getdirectories: (session, path, pattern) => listed(session.resolvePath(text(path)), pattern, true),
  getcurrentdirectory: (session) => session.cwd,
  delete: (session, path, recursive) =>
    rmSync(session.resolvePath(normalize(text(path))), { recursive: isTruthy(recursive) }),
};
