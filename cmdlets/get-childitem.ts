// Get-ChildItem: the files and folders of a folder of this machine.
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { int32, path, string, switchParameter } from '../lib/host/parameter.ts';
import { hasWildcard, wildcard } from '../lib/host/value/wildcard.ts';
import { describeLocalFile, type LocalFile, localFile } from './local-file.ts';

export default defineCmdlet({
  name: 'Get-ChildItem',
  synopsis: 'Lists the files of a folder of this machine.',
  impact: 'none',
  parameters: {
    Path: path.array({
      help: 'Folders, files or patterns.',
      position: 0,
      pipeline: 'both',
      wildcards: true,
      aliases: ['LiteralPath', 'FullName'],
    }),
    Filter: string({ help: 'Only names that match.', position: 1, wildcards: true }),
    Include: string.array({ help: 'Only names that match one of these.', wildcards: true }),
    Exclude: string.array({ help: 'No names that match one of these.', wildcards: true }),
    Recurse: switchParameter({ help: 'Folders below too.', aliases: ['s'] }),
    Depth: int32({ help: 'How many levels below.' }),
    File: switchParameter({ help: 'Only files.' }),
    Directory: switchParameter({ help: 'Only folders.', aliases: ['ad'] }),
    Name: switchParameter({ help: 'Only the names.' }),
    Force: switchParameter({ help: 'Names that start with a dot too.' }),
  },
  output: localFile,
  aliases: ['gci', 'ls', 'dir'],
  examples: [{ title: 'Files by name', command: 'Get-ChildItem -Filter *.json -File' }],
  async *process(p, ctx) {
    const wanted = (item: LocalFile): boolean => {
      if ((p.File && item.PSIsContainer) || (p.Directory && !item.PSIsContainer)) return false;
      const matches = (pattern: string): boolean => wildcard(pattern)(item.Name);
      return (
        (p.Filter === undefined || matches(p.Filter)) && (p.Include?.some(matches) ?? true) && !p.Exclude?.some(matches)
      );
    };
    const output = (item: LocalFile): LocalFile => (p.Name ? (item.Name as unknown as LocalFile) : item);
    async function* walk(folder: string, depth: number, pattern?: string): AsyncGenerator<LocalFile> {
      const names = (await readdir(folder)).sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
      const matches = pattern === undefined ? () => true : wildcard(pattern);
      for (const name of names) {
        if ((name.startsWith('.') && !p.Force) || !matches(name)) continue;
        ctx.signal.throwIfAborted();
        try {
          const item = await describeLocalFile(join(folder, name));
          if (wanted(item)) yield output(item);
          if (item.PSIsContainer && !item.Mode.endsWith('l') && depth > 0) yield* walk(item.FullName, depth - 1);
        } catch (error) {
          ctx.error(error, join(folder, name));
        }
      }
    }
    const depth = p.Depth ?? (p.Recurse ? Number.POSITIVE_INFINITY : 0);
    for (const target of p.Path ?? [ctx.cwd]) {
      try {
        const isPattern = hasWildcard(basename(target));
        if (isPattern) yield* walk(dirname(target), depth, basename(target));
        else if ((await stat(target)).isDirectory()) yield* walk(target, depth);
        else yield output(await describeLocalFile(target));
      } catch (error) {
        ctx.error(error, target);
      }
    }
  },
});
