// Get-Location: the session's location.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { defineRecord } from '../lib/host/record.ts';

interface Location {
  readonly Path: string;
}
const location = defineRecord<Location>('System.Management.Automation.PathInfo', {
  table: ['Path'],
  text: (record) => record.Path,
});

export default defineCmdlet({
  name: 'Get-Location',
  synopsis: 'Gives the folder relative paths start from.',
  impact: 'none',
  parameters: {},
  output: location,
  aliases: ['gl', 'pwd'],
  examples: [{ title: 'Where am I', command: 'Get-Location' }],
  process: (_, ctx) => [location({ Path: ctx.cwd })],
});
