// Get-Help: a command's page, made from its declaration.

import { didYouMean } from '../lib/host/binder/near-miss.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { FormattedLines } from '../lib/host/format/format-stream.ts';
import { helpLines } from '../lib/host/help/help-text.ts';
import { HostError } from '../lib/host/host-error.ts';
import { string, switchParameter } from '../lib/host/parameter.ts';
import { hasWildcard } from '../lib/host/value/wildcard.ts';

export default defineCmdlet({
  name: 'Get-Help',
  synopsis: 'Shows how a command is used.',
  impact: 'none',
  parameters: {
    Name: string({
      help: 'A command, an alias, or a pattern that lists commands.',
      position: 0,
      pipeline: 'property',
      wildcards: true,
    }),
    Full: switchParameter({ help: 'Everything there is.' }),
    Detailed: switchParameter({ help: 'With parameters and examples.' }),
    Examples: switchParameter({ help: 'With examples.' }),
    Parameter: string({ help: 'Only these parameters.', wildcards: true }),
    Online: switchParameter({ help: 'Accepted for compatibility.' }),
  },
  aliases: ['help', 'man'],
  examples: [{ title: 'How to filter', command: 'Get-Help Where-Object -Examples' }],
  async *process(p, ctx) {
    const { commands } = ctx.host;
    const wanted = p.Name ?? '*';
    const options = { full: p.Full, detailed: p.Detailed, examples: p.Examples, parameter: p.Parameter };
    const found = commands.find(wanted);
    if (found) {
      yield new FormattedLines(helpLines(await found, options));
      return;
    }
    const pattern = hasWildcard(wanted) ? wanted : `*${wanted}*`;
    const names = commands.names(pattern);
    if (names.length === 1) {
      yield new FormattedLines(helpLines((await commands.find(names[0]!))!, options));
      return;
    }
    if (names.length === 0) {
      ctx.error(
        new HostError('HelpNotFound', `There is no help for '${wanted}'.${didYouMean(wanted, commands.names())}`, {
          Target: wanted,
        }),
      );
      return;
    }
    for (const name of names) {
      const definition = (await commands.find(name))!;
      yield { Name: name, Synopsis: definition.synopsis };
    }
  },
});
