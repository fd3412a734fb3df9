// Add-Member: gives objects more properties.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { HostError } from '../lib/host/host-error.ts';
import { any, hashtable, string, switchParameter } from '../lib/host/parameter.ts';
import { Hashtable } from '../lib/host/value/hashtable.ts';
import { addProperty } from '../lib/host/value/ps-object.ts';
import { textOf } from '../lib/host/value/text.ts';

export default defineCmdlet({
  name: 'Add-Member',
  synopsis: 'Gives objects more properties.',
  description: 'Records of cmdlets do not change; Select-Object * makes a copy that does.',
  impact: 'none',
  parameters: {
    InputObject: any({ help: 'The objects.', mandatory: true, pipeline: 'value' }),
    NotePropertyName: any({ help: 'The name of a property, or a table of several.', position: 0 }),
    NotePropertyValue: any({ help: 'Its value.', position: 1, allowNull: true }),
    Value: any({ help: 'Its value, after NoteProperty and the name.', position: 2, allowNull: true }),
    MemberType: string({ help: 'NoteProperty; there is no other.', aliases: ['Type'] }),
    Name: string({ help: 'Its name.' }),
    NotePropertyMembers: hashtable({ help: 'Several properties.' }),
    Force: switchParameter({ help: 'Replaces properties that exist.' }),
    PassThru: switchParameter({ help: 'Gives the objects.' }),
  },
  examples: [
    {
      title: 'One property',
      command: '$o = [pscustomobject]@{ A = 1 }; $o | Add-Member -NotePropertyName B -NotePropertyValue 2',
    },
  ],
  process(p, ctx) {
    const object = p.InputObject;
    const [first, second] = [p.NotePropertyName, p.NotePropertyValue];
    // `Add-Member NoteProperty Name Value`, or just the name and the value, or a table.
    const three = ctx.isBound('Value') && p.Name === undefined && first !== undefined;
    const kind = p.MemberType ?? (three ? textOf(first) : 'NoteProperty');
    if (!/^noteproperty$/i.test(kind))
      throw new HostError('MemberTypeNotSupported', `Members of the kind ${kind} do not exist here; use NoteProperty.`);
    const name = p.Name ?? (three ? second : first);
    if (name === undefined && !p.NotePropertyMembers)
      throw new HostError('MissingMandatoryParameter', 'Add-Member needs the name of a property.');
    const table = p.NotePropertyMembers ?? (name instanceof Hashtable ? name : undefined);
    const members = table ?? [[name, (ctx.isBound('Value') ? p.Value : second) ?? null]];
    try {
      for (const [key, value] of members) addProperty(object, textOf(key), value, p.Force);
    } catch (error) {
      ctx.error(error, object);
    }
    return p.PassThru ? [object] : undefined;
  },
});
