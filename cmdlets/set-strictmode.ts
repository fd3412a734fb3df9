// Set-StrictMode: for scripts that begin with it.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { string, switchParameter } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Set-StrictMode',
  synopsis: 'Accepted so that scripts run; variables that were never set stay null.',
  impact: 'none',
  parameters: {
    Version: string({ help: 'Accepted for compatibility.', mandatory: true, sets: ['Version'] }),
    Off: switchParameter({ help: 'Accepted for compatibility.', sets: ['Off'] }),
  },
  defaultSet: 'Off',
  examples: [{ title: 'As scripts begin', command: 'Set-StrictMode -Version Latest' }],
  process: () => undefined,
});
