// Resolve-Path: the paths that a pattern names.
import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { switchParameter } from '../lib/host/parameter.ts';
import { defineRecord } from '../lib/host/record.ts';
import { expandLocalPaths, pathPatterns } from './local-paths.ts';

const pathInfo = defineRecord<{ readonly Path: string }>('System.Management.Automation.PathInfo', {
  text: ({ Path }) => Path,
});

export default defineCmdlet({
  name: 'Resolve-Path',
  synopsis: 'Gives the whole paths that paths and patterns name.',
  impact: 'none',
  parameters: {
    Path: pathPatterns('Paths or patterns of files that exist.'),
    Relative: switchParameter({ help: "As text, from the session's location." }),
  },
  output: pathInfo,
  aliases: ['rvpa'],
  examples: [{ title: 'A pattern', command: '(Resolve-Path *.wim).Path' }],
  async *process(p, ctx) {
    for (const given of p.Path) {
      try {
        for (const full of await expandLocalPaths([given])) {
          await stat(full);
          if (p.Relative) yield `./${relative(ctx.cwd, full)}` as never;
          else yield pathInfo({ Path: full });
        }
      } catch (error) {
        ctx.error(error, given);
      }
    }
  },
});
