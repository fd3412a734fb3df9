// Get-Member: the properties and methods of records.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { methodNames } from '../lib/host/language/methods.ts';
import { any, enumeration, string } from '../lib/host/parameter.ts';
import { recordTypeOf } from '../lib/host/record.ts';
import { getProperty, propertyNames } from '../lib/host/value/property.ts';
import { isPlainObject, setTypeName, typeNameOf } from '../lib/host/value/text.ts';
import { wildcard } from '../lib/host/value/wildcard.ts';

export default defineCmdlet({
  name: 'Get-Member',
  synopsis: 'Shows what records are made of.',
  impact: 'none',
  parameters: {
    Name: string.array({ help: 'Only members with these names.', position: 0, wildcards: true }),
    MemberType: enumeration(['Property', 'NoteProperty', 'Properties', 'Method', 'Methods', 'All'], {
      help: 'Only members of this kind.',
      default: 'All',
      aliases: ['Type'],
    }),
    InputObject: any({ help: 'The records.', pipeline: 'value' }),
  },
  aliases: ['gm'],
  examples: [{ title: 'Of a text', command: "'abc' | Get-Member" }],
  state: () => ({ seen: new Set<string>() }),
  *process(p, ctx) {
    const item = p.InputObject;
    const TypeName = recordTypeOf(item)?.typeName ?? typeNameOf(item);
    if (item === null || item === undefined || ctx.state.seen.has(TypeName)) return;
    ctx.state.seen.add(TypeName);
    const wanted = (name: string): boolean => !p.Name || p.Name.some((pattern) => wildcard(pattern)(name));
    const member = (Name: string, MemberType: string, Definition: string): object =>
      setTypeName({ TypeName, Name, MemberType, Definition }, 'Microsoft.PowerShell.Commands.MemberDefinition');
    const own = isPlainObject(item) && !recordTypeOf(item);
    const kind = own ? 'NoteProperty' : 'Property';
    if (/^(Method|Methods|All)$/.test(p.MemberType)) {
      for (const name of methodNames(item).filter(wanted).sort()) yield member(name, 'Method', `${name}()`);
    }
    if (!['All', 'Properties', kind].includes(p.MemberType)) return;
    for (const name of [...propertyNames(item)].filter(wanted).sort()) {
      yield member(name, kind, `${typeNameOf(getProperty(item, name)) || 'System.Object'} ${name}`);
    }
  },
});
