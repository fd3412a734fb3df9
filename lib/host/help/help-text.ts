// Get-Help's pages, made from a cmdlet's declaration alone.
import type { CmdletDefinition } from '../cmdlet.ts';
import type { ParameterDeclaration } from '../parameter.ts';
import { wildcard } from '../value/wildcard.ts';
import { syntaxLines, typeLabel } from './syntax.ts';

/** How much to show. */
export interface HelpOptions {
  readonly full: boolean;
  readonly examples: boolean;
  readonly detailed: boolean;
  /** Only parameters that match. */
  readonly parameter?: string | undefined;
}

function parameterLines(name: string, declaration: ParameterDeclaration, full: boolean): string[] {
  const lines = [`    -${name} <${typeLabel(declaration)}>`, `        ${declaration.help}`];
  if (declaration.values.length > 0) lines.push(`        One of: ${declaration.values.join(', ')}`);
  if (full) {
    const { mandatory, pipeline, position, aliases, sets } = declaration;
    const required = typeof mandatory === 'boolean' ? String(mandatory) : `in ${mandatory.join(', ')}`;
    const input = {
      value: 'true (ByValue)',
      property: 'true (ByPropertyName)',
      both: 'true (ByValue, ByPropertyName)',
    } as const;
    lines.push(
      '',
      `        Required?                    ${required}`,
      `        Position?                    ${position === undefined ? 'named' : position}`,
      `        Default value                ${declaration.default === undefined ? '' : String(declaration.default)}`.trimEnd(),
      `        Accept pipeline input?       ${pipeline ? input[pipeline] : 'false'}`,
      `        Accept wildcard characters?  ${declaration.wildcards}`,
    );
    if (aliases.length > 0) lines.push(`        Aliases                      ${aliases.join(', ')}`);
    if (sets.length > 0) lines.push(`        Parameter sets               ${sets.join(', ')}`);
  }
  return [...lines, ''];
}

function indent(text: string): string[] {
  return text.split('\n').map((line) => (line === '' ? '' : `    ${line}`));
}

/** The lines of a cmdlet's help page. */
export function helpLines(definition: CmdletDefinition, options: HelpOptions): string[] {
  const parameters = Object.entries(definition.parameters);
  if (options.parameter !== undefined) {
    const matches = wildcard(options.parameter);
    return [
      '',
      ...parameters
        .filter(([name]) => matches(name))
        .flatMap(([name, declaration]) => parameterLines(name, declaration, true)),
    ];
  }
  const lines = ['', 'NAME', `    ${definition.name}`, '', 'SYNOPSIS', ...indent(definition.synopsis), '', 'SYNTAX'];
  for (const line of syntaxLines(definition)) lines.push(`    ${line}`, '');
  if (definition.description !== '') lines.push('DESCRIPTION', ...indent(definition.description), '');
  if (options.full || options.detailed) {
    lines.push('PARAMETERS');
    for (const [name, declaration] of parameters) lines.push(...parameterLines(name, declaration, options.full));
    lines.push(
      '    <CommonParameters>',
      '        -Verbose, -ErrorAction, -OutVariable and the others that every command has.',
      '',
    );
  }
  if (options.full && definition.output.length > 0)
    lines.push('OUTPUTS', ...definition.output.map(({ typeName }) => `    ${typeName}`), '');
  if (options.full || options.examples || options.detailed) {
    lines.push('EXAMPLES');
    for (const { title, command } of definition.examples)
      lines.push(`    ${title}`, '', ...command.split('\n').map((line) => `        PS> ${line}`), '');
  }
  if (definition.aliases.length > 0) lines.push('ALIASES', `    ${definition.aliases.join(', ')}`, '');
  if (!options.full)
    lines.push(
      'REMARKS',
      `    For examples: Get-Help ${definition.name} -Examples. For all there is: Get-Help ${definition.name} -Full.`,
      '',
    );
  return lines;
}
