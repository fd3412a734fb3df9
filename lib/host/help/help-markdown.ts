// A cmdlet's reference page in Markdown, made from its declaration.
import type { CmdletDefinition } from '../cmdlet.ts';
import type { ParameterDeclaration } from '../parameter.ts';
import { syntaxLines, typeLabel } from './syntax.ts';

function parameterSection(name: string, declaration: ParameterDeclaration): string[] {
  const { mandatory, pipeline, position, sets, extensionSets } = declaration;
  const aliases = declaration.aliases.map((alias) =>
    declaration.extensionAliases.includes(alias) ? `${alias} (extension)` : alias,
  );
  const rows: [string, string][] = [
    ['Type', typeLabel(declaration)],
    ['Required', typeof mandatory === 'boolean' ? (mandatory ? 'yes' : 'no') : `in ${mandatory.join(', ')}`],
    [
      'Position',
      position === undefined ? 'named' : `${position}${declaration.positionIsExtension ? ' (extension)' : ''}`,
    ],
    [
      'Pipeline',
      pipeline === undefined
        ? 'no'
        : { value: 'by value', property: 'by property name', both: 'by value, by property name' }[pipeline],
    ],
    ['Wildcards', declaration.wildcards ? 'yes' : 'no'],
  ];
  if (declaration.values.length > 0) rows.push(['Values', declaration.values.join(', ')]);
  if (declaration.default !== undefined && declaration.kind !== 'Switch')
    rows.push(['Default', String(declaration.default)]);
  if (sets.length > 0)
    rows.push(['Sets', sets.map((set) => (extensionSets.includes(set) ? `${set} (extension)` : set)).join(', ')]);
  if (aliases.length > 0) rows.push(['Aliases', aliases.join(', ')]);
  if (declaration.extension) rows.push(['Extension', "not in Microsoft's cmdlet"]);
  return [
    `### -${name}`,
    '',
    declaration.help,
    '',
    '| | |',
    '| --- | --- |',
    ...rows.map(([label, text]) => `| ${label} | ${text.replaceAll('|', '\\|')} |`),
    '',
  ];
}

/** The page of one cmdlet. */
export function helpMarkdown(definition: CmdletDefinition): string {
  const lines = [`# ${definition.name}`, '', definition.synopsis, '', '## Syntax', ''];
  for (const line of syntaxLines(definition)) lines.push('```powershell', line, '```', '');
  if (definition.description !== '') lines.push('## Description', '', definition.description, '');
  lines.push('## Examples', '');
  for (const { title, command } of definition.examples)
    lines.push(`### ${title}`, '', '```powershell', command, '```', '');
  const parameters = Object.entries(definition.parameters);
  if (parameters.length > 0)
    lines.push(
      '## Parameters',
      '',
      ...parameters.flatMap(([name, declaration]) => parameterSection(name, declaration)),
    );
  lines.push('The common parameters (`-Verbose`, `-ErrorAction`, `-OutVariable` and so on) work on every cmdlet.', '');
  if (definition.output.length > 0)
    lines.push('## Output', '', ...definition.output.map(({ typeName }) => `- \`${typeName}\``), '');
  if (definition.aliases.length > 0)
    lines.push('## Aliases', '', definition.aliases.map((alias) => `\`${alias}\``).join(', '), '');
  return lines.join('\n').trimEnd() + '\n';
}
