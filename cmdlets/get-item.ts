// Get-Item: files and folders of this machine by path.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { switchParameter } from '../lib/host/parameter.ts';
import { describeLocalFile, localFile } from './local-file.ts';
import { expandLocalPaths, pathPatterns } from './local-paths.ts';

export default defineCmdlet({
  name: 'Get-Item',
  synopsis: 'Gives files and folders by path.',
  impact: 'none',
  parameters: {
    Path: pathPatterns('The paths or patterns.'),
    Force: switchParameter({ help: 'Accepted for compatibility: hidden files are always given.' }),
  },
  output: localFile,
  aliases: ['gi'],
  examples: [{ title: 'The size of a file', command: '(Get-Item *.wim).Length' }],
  async *process(p, ctx) {
    for (const given of p.Path) {
      try {
        for (const full of await expandLocalPaths([given])) yield await describeLocalFile(full);
      } catch (error) {
        ctx.error(error, given);
      }
    }
  },
});
