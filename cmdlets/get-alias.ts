// Get-Alias: the short names of commands.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { HostError } from '../lib/host/host-error.ts';
import { string } from '../lib/host/parameter.ts';
import { defineRecord } from '../lib/host/record.ts';
import { hasWildcard, wildcard } from '../lib/host/value/wildcard.ts';

interface AliasInfo {
  readonly CommandType: 'Alias';
  readonly Name: string;
  readonly Definition: string;
}

const aliasInfo = defineRecord<AliasInfo>('System.Management.Automation.AliasInfo', {
  table: ['CommandType', 'Name', 'Definition'],
  text: ({ Name }) => Name,
});

export default defineCmdlet({
  name: 'Get-Alias',
  synopsis: 'Lists aliases and what they stand for.',
  impact: 'none',
  parameters: {
    Name: string.array({ help: 'Only these.', position: 0, pipeline: 'value', wildcards: true }),
    Definition: string.array({ help: 'Only those of these commands.', wildcards: true }),
  },
  output: aliasInfo,
  aliases: ['gal'],
  examples: [{ title: 'One alias', command: 'Get-Alias gci' }],
  *process(p, ctx) {
    const all = ctx.host.commands.aliases();
    for (const pattern of p.Name ?? ['*']) {
      const matches = wildcard(pattern);
      const found = all.filter(
        ({ alias, name }) => matches(alias) && (p.Definition?.some((one) => wildcard(one)(name)) ?? true),
      );
      if (found.length === 0 && !hasWildcard(pattern))
        ctx.error(new HostError('AliasNotFound', `There is no alias '${pattern}'.`), pattern);
      for (const { alias, name } of found) yield aliasInfo({ CommandType: 'Alias', Name: alias, Definition: name });
    }
  },
});
