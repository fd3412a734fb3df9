// New-Object: an object of one of the language's types.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { callStatic } from '../lib/host/language/static-members.ts';
import { TypeValue } from '../lib/host/language/type-names.ts';
import { any, hashtable, string } from '../lib/host/parameter.ts';
import { setOwn } from '../lib/host/value/hashtable.ts';
import { textOf } from '../lib/host/value/text.ts';

export default defineCmdlet({
  name: 'New-Object',
  synopsis: 'Makes an object of a type.',
  description: 'PSObject and PSCustomObject take -Property; other types those that [Type]::new() knows.',
  impact: 'none',
  parameters: {
    TypeName: string({ help: 'The type.', mandatory: true, position: 0 }),
    ArgumentList: any.array({ help: 'What [Type]::new() gets.', position: 1, aliases: ['Args'] }),
    Property: hashtable({ help: 'The properties of the object.' }),
  },
  examples: [{ title: 'A record', command: 'New-Object PSObject -Property @{ Name = "a"; Size = 1 }' }],
  process(p, ctx) {
    const type = TypeValue.of(p.TypeName);
    if (type.canonical === 'object' || type.canonical === 'pscustomobject') {
      const object: Record<string, unknown> = {};
      for (const [key, value] of p.Property ?? []) setOwn(object, textOf(key), value);
      return [object];
    }
    if (type.canonical === 'hashtable') return [callStatic(type, 'new', [new Map()], ctx.statics)];
    return [callStatic(type, 'new', [...(p.ArgumentList ?? [])], ctx.statics)];
  },
});
