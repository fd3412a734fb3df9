// Split-Path: takes a part of a path.
import { basename, dirname, extname, isAbsolute } from 'node:path';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { string, switchParameter } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Split-Path',
  synopsis: 'Takes a part of a path.',
  impact: 'none',
  parameters: {
    Path: string.array({
      help: 'The paths.',
      mandatory: true,
      position: 0,
      pipeline: 'both',
      aliases: ['LiteralPath', 'FullName'],
    }),
    Parent: switchParameter({ help: 'The folder; this is the default.', sets: ['Parent'] }),
    Leaf: switchParameter({ help: 'The last part.', sets: ['Leaf'], mandatory: ['Leaf'] }),
    LeafBase: switchParameter({
      help: 'The last part without its extension.',
      sets: ['LeafBase'],
      mandatory: ['LeafBase'],
    }),
    Extension: switchParameter({ help: 'The extension with its dot.', sets: ['Extension'], mandatory: ['Extension'] }),
    IsAbsolute: switchParameter({
      help: 'Whether the path starts at a root.',
      sets: ['IsAbsolute'],
      mandatory: ['IsAbsolute'],
    }),
  },
  defaultSet: 'Parent',
  examples: [{ title: 'The name of a file', command: 'Split-Path images/install.wim -Leaf' }],
  *process(p) {
    for (const path of p.Path) {
      if (p.IsAbsolute) yield isAbsolute(path);
      else if (p.Leaf) yield basename(path);
      else if (p.LeafBase) yield basename(path, extname(path));
      else if (p.Extension) yield extname(path);
      else yield path.includes('/') ? dirname(path) : '';
    }
  },
});
