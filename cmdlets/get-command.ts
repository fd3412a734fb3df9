// Get-Command: what can be called.

import { didYouMean } from '../lib/host/binder/near-miss.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { syntaxLines } from '../lib/host/help/syntax.ts';
import { HostError } from '../lib/host/host-error.ts';
import { enumeration, string, switchParameter } from '../lib/host/parameter.ts';
import { defineRecord } from '../lib/host/record.ts';
import { hasWildcard, wildcard } from '../lib/host/value/wildcard.ts';

interface CommandInfo {
  readonly CommandType: 'Cmdlet' | 'Alias' | 'Function';
  readonly Name: string;
  readonly Definition: string;
  readonly Verb: string;
  readonly Noun: string;
}

const commandInfo = defineRecord<CommandInfo>('System.Management.Automation.CommandInfo', {
  table: [{ property: 'CommandType', width: 15 }, 'Name', 'Definition'],
  text: (record) => record.Name,
});

function info(CommandType: CommandInfo['CommandType'], Name: string, Definition: string): CommandInfo {
  const [Verb = '', Noun = ''] = CommandType === 'Cmdlet' ? Name.split('-') : [];
  return commandInfo({ CommandType, Name, Definition, Verb, Noun });
}

export default defineCmdlet({
  name: 'Get-Command',
  synopsis: 'Lists the commands there are.',
  impact: 'none',
  parameters: {
    Name: string.array({ help: 'Names or patterns.', position: 0, pipeline: 'both', wildcards: true }),
    Verb: string.array({ help: 'Only commands with these verbs.', wildcards: true }),
    Noun: string.array({ help: 'Only commands with these nouns.', wildcards: true }),
    CommandType: enumeration.array(['Cmdlet', 'Alias', 'Function'], {
      help: 'Only commands of these kinds.',
      aliases: ['Type'],
    }),
    Syntax: switchParameter({ help: 'Shows how each is called.' }),
    Module: string.array({ help: 'Accepted for compatibility.', wildcards: true }),
  },
  output: commandInfo,
  aliases: ['gcm'],
  examples: [{ title: 'All commands about objects', command: 'Get-Command *-Object' }],
  async *process(p, ctx) {
    const { commands } = ctx.host;
    const all: CommandInfo[] = [];
    for (const name of commands.names()) all.push(info('Cmdlet', name, ''));
    for (const { alias, name } of commands.aliases()) all.push(info('Alias', alias, name));
    for (const { name, source } of ctx.host.functions()) all.push(info('Function', name, source.trim()));
    const types = p.CommandType ?? (p.Name ? ['Cmdlet', 'Alias', 'Function'] : ['Cmdlet', 'Function']);
    const any = (patterns: readonly string[] | undefined, text: string): boolean =>
      !patterns || patterns.some((pattern) => wildcard(pattern)(text));
    const chosen = all.filter(
      (item) =>
        types.includes(item.CommandType) && any(p.Name, item.Name) && any(p.Verb, item.Verb) && any(p.Noun, item.Noun),
    );
    for (const name of p.Name ?? []) {
      if (!hasWildcard(name) && !chosen.some((item) => item.Name.toLowerCase() === name.toLowerCase())) {
        ctx.error(
          new HostError(
            'CommandNotFoundException',
            `There is no command '${name}'.${didYouMean(
              name,
              all.map((item) => item.Name),
            )}`,
            { Target: name },
          ),
        );
      }
    }
    for (const item of chosen) {
      if (!p.Syntax) {
        yield item;
        continue;
      }
      const definition = await commands.find(item.Name);
      if (definition) yield syntaxLines(definition).join('\n\n') as never;
    }
  },
});
