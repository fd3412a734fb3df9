// Test-Path: whether a file or folder of this machine exists.
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { enumeration, path, switchParameter } from '../lib/host/parameter.ts';
import { hasWildcard, wildcard } from '../lib/host/value/wildcard.ts';

export default defineCmdlet({
  name: 'Test-Path',
  synopsis: 'Says whether a path exists.',
  impact: 'none',
  parameters: {
    Path: path.array({
      help: 'The paths.',
      mandatory: true,
      position: 0,
      pipeline: 'both',
      wildcards: true,
      aliases: ['LiteralPath', 'FullName'],
    }),
    PathType: enumeration(['Any', 'Container', 'Leaf'], {
      help: 'A folder or a file.',
      default: 'Any',
      aliases: ['Type'],
    }),
    IsValid: switchParameter({ help: 'Only whether the path could exist.' }),
  },
  examples: [{ title: 'A folder', command: 'Test-Path . -PathType Container' }],
  async *process(p) {
    for (const target of p.Path) {
      if (p.IsValid) yield !target.includes('\0');
      else if (hasWildcard(basename(target))) {
        const names = await readdir(dirname(target)).catch(() => []);
        yield names.some(wildcard(basename(target)));
      } else {
        const found = await stat(target).catch(() => undefined);
        yield found !== undefined && (p.PathType === 'Any' || found.isDirectory() === (p.PathType === 'Container'));
      }
    }
  },
});
