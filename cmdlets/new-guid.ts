// New-Guid: a GUID at random.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { switchParameter } from '../lib/host/parameter.ts';
import { Guid } from '../lib/host/value/guid.ts';

export default defineCmdlet({
  name: 'New-Guid',
  synopsis: 'Makes a GUID.',
  impact: 'none',
  parameters: { Empty: switchParameter({ help: 'All zeros instead of one at random.' }) },
  examples: [{ title: 'One GUID', command: 'New-Guid' }],
  process: (p) => [p.Empty ? Guid.parse('0'.repeat(32)) : Guid.random()],
});
