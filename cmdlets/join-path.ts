// Join-Path: puts parts of a path together.
import { join } from 'node:path';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { string } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Join-Path',
  synopsis: 'Puts parts of a path together.',
  impact: 'none',
  parameters: {
    Path: string.array({ help: 'The first part.', mandatory: true, position: 0, pipeline: 'both' }),
    ChildPath: string({ help: 'The second part.', mandatory: true, position: 1, pipeline: 'property' }),
    AdditionalChildPath: string.array({ help: 'More parts.', position: 2, remaining: true }),
  },
  examples: [{ title: 'Two parts', command: 'Join-Path images install.wim' }],
  process: (p) => p.Path.map((first) => join(first, p.ChildPath, ...(p.AdditionalChildPath ?? []))),
});
