// Where-Object: `{ $_.Size -gt 4GB }` and the short form `Size -gt 4GB`.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { HostError } from '../lib/host/host-error.ts';
import { applyBinary } from '../lib/host/language/operators.ts';
import { chain } from '../lib/host/maybe-promise.ts';
import { any, type ParameterDeclarations, scriptBlock, string, switchParameter } from '../lib/host/parameter.ts';
import { isTruthy } from '../lib/host/value/convert.ts';
import { readMember } from '../lib/host/value/property.ts';

const operators = [
  'EQ',
  'NE',
  'GT',
  'GE',
  'LT',
  'LE',
  'Like',
  'NotLike',
  'Match',
  'NotMatch',
  'Contains',
  'NotContains',
  'In',
  'NotIn',
  'Is',
  'IsNot',
] as const;
const forms = operators.flatMap((name) =>
  name.startsWith('Is') ? [name] : [name, `C${name}` as const, `I${name}` as const],
);
const comparisons = Object.fromEntries(
  forms.map((name) => [
    name,
    switchParameter({
      help: `Keeps records whose property compares with -Value by -${name.toLowerCase()}.`,
      sets: ['Property'],
    }),
  ]),
) as Readonly<Record<(typeof forms)[number], ReturnType<typeof switchParameter>>> satisfies ParameterDeclarations;

export default defineCmdlet({
  name: 'Where-Object',
  synopsis: 'Passes on the records that meet a condition.',
  description:
    'Either a script block decides, with the record in $_, or a property is compared: Where-Object ImageSize -gt 4GB.',
  impact: 'none',
  parameters: {
    FilterScript: scriptBlock({
      help: 'Keeps a record when this gives something true.',
      mandatory: true,
      position: 0,
      sets: ['ScriptBlock'],
    }),
    Property: string({
      help: 'The property to compare; alone: keeps records where it is true.',
      mandatory: true,
      position: 0,
      sets: ['Property'],
    }),
    Value: any({ help: 'What to compare with.', position: 1, sets: ['Property'] }),
    InputObject: any({ help: 'The records.', pipeline: 'value' }),
    Not: switchParameter({ help: 'Keeps records where the property is false.', sets: ['Property'] }),
    ...comparisons,
  },
  defaultSet: 'ScriptBlock',
  aliases: ['where', '?'],
  examples: [
    { title: 'Keep numbers above two', command: '1..4 | Where-Object { $_ -gt 2 }' },
    { title: 'Compare a property', command: "'a', 'abc' | Where-Object Length -gt 1" },
  ],
  state: () => ({ form: undefined as { readonly operator: string; readonly caseSensitive: boolean } | undefined }),
  begin(p, ctx) {
    if (p.FilterScript) return undefined;
    const chosen = forms.filter((name) => p[name as keyof typeof p] === true);
    if (chosen.length > 1) throw new HostError('AmbiguousParameterSet', 'Where-Object takes one comparison at a time.');
    const name = chosen[0];
    if (name) {
      const base = operators.find((operator) => operator === name) ?? name.slice(1);
      ctx.state.form = { operator: '-' + base.toLowerCase(), caseSensitive: base !== name && name.startsWith('C') };
    }
    return undefined;
  },
  process(p, ctx) {
    const item = p.InputObject;
    if (p.FilterScript)
      return chain(p.FilterScript.evaluate(item), (keep): readonly unknown[] => (isTruthy(keep) ? [item] : []));
    const own = readMember(item, p.Property!);
    const { form } = ctx.state;
    const keep = form ? applyBinary(form.operator, own, p.Value ?? null, form.caseSensitive) : own;
    return isTruthy(keep) !== p.Not ? [item] : [];
  },
});
