// Import-Module: its commands are here already.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { HostError } from '../lib/host/host-error.ts';
import { string, switchParameter } from '../lib/host/parameter.ts';

/** The modules whose commands this host has, under the names scripts ask for. */
const present = /^(dism|opendism|microsoft\.powershell\.(core|utility|management))$/i;

export default defineCmdlet({
  name: 'Import-Module',
  synopsis: 'Lets scripts that import Dism run: its cmdlets are always loaded.',
  impact: 'none',
  parameters: {
    Name: string.array({ help: 'Dism or OpenDism; others do not exist here.', mandatory: true, position: 0 }),
    Force: switchParameter({ help: 'Accepted for compatibility.' }),
    PassThru: switchParameter({ help: 'Accepted for compatibility.' }),
    DisableNameChecking: switchParameter({ help: 'Accepted for compatibility.' }),
  },
  aliases: ['ipmo'],
  examples: [{ title: 'As scripts begin', command: 'Import-Module Dism' }],
  process(p, ctx) {
    for (const name of p.Name)
      if (!present.test(name))
        ctx.error(
          new HostError('ModuleNotFound', `There is no module '${name}'; dot-source a script file instead.`),
          name,
        );
    return undefined;
  },
});
