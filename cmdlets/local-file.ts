// Files and folders of this machine as records, as Get-ChildItem and Get-Item give them.
import { lstat, stat } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { FileTime } from '../lib/base/file-time.ts';
import { defineRecord } from '../lib/host/record.ts';

export interface LocalFile {
  readonly Mode: string;
  readonly LastWriteTime: FileTime;
  readonly Length: number | null;
  readonly Name: string;
  readonly FullName: string;
  readonly Directory: string;
  readonly DirectoryName: string;
  readonly Extension: string;
  readonly BaseName: string;
  readonly PSIsContainer: boolean;
  readonly IsReadOnly: boolean;
  readonly CreationTime: FileTime;
  readonly LastAccessTime: FileTime;
  readonly Exists: true;
  /** Where a symbolic link leads; null for all else. */
  readonly LinkType: 'SymbolicLink' | null;
}

export const localFile = defineRecord<LocalFile>('System.IO.FileSystemInfo', {
  table: ['Mode', 'LastWriteTime', 'Length', 'Name'],
  text: (record) => record.FullName,
});

/** The record of a file or folder; rejects when there is none. */
export async function describeLocalFile(full: string): Promise<LocalFile> {
  const link = await lstat(full);
  const target = link.isSymbolicLink() ? await stat(full).catch(() => link) : link;
  const isFolder = target.isDirectory();
  const isReadOnly = (target.mode & 0o200) === 0;
  return localFile({
    Mode: `${isFolder ? 'd' : '-'}${isFolder ? '-' : 'a'}${isReadOnly ? 'r' : '-'}--${link.isSymbolicLink() ? 'l' : ''}`,
    LastWriteTime: FileTime.fromDate(target.mtime),
    Length: isFolder ? null : target.size,
    Name: basename(full),
    FullName: full,
    Directory: dirname(full),
    DirectoryName: dirname(full),
    Extension: extname(full),
    BaseName: isFolder ? basename(full) : basename(full, extname(full)),
    PSIsContainer: isFolder,
    IsReadOnly: isReadOnly,
    CreationTime: FileTime.fromDate(target.birthtime),
    LastAccessTime: FileTime.fromDate(target.atime),
    Exists: true,
    LinkType: link.isSymbolicLink() ? 'SymbolicLink' : null,
  });
}
