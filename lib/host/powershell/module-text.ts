// The module for PowerShell 7: functions with the names, parameter sets and help of cmdlets, that call the opendism
// command and turn its lines of JSON back into objects.
import { isMandatoryIn, unnamedSet } from '../binder/signature.ts';
import type { CmdletDefinition } from '../cmdlet.ts';
import type { ParameterDeclaration, ParameterKind } from '../parameter.ts';

const types: Readonly<Record<ParameterKind, string>> = {
  String: 'string',
  Path: 'string',
  Int32: 'int',
  UInt32: 'uint32',
  UInt64: 'uint64',
  Double: 'double',
  Boolean: 'bool',
  Switch: 'switch',
  Enumeration: 'string',
  FileTime: 'datetime',
  DateTime: 'datetime',
  ScriptBlock: 'scriptblock',
  Hashtable: 'hashtable',
  Object: 'object',
};

const quoted = (text: string): string => `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
/** Text that cannot end the comment it stands in. */
const commented = (text: string): string => text.replaceAll('#>', '# >').replace(/\s*\n\s*/g, ' ');

function attributesOf(declaration: ParameterDeclaration): string[] {
  const { pipeline, position, aliases, values } = declaration;
  const sets = declaration.sets.length === 0 ? [unnamedSet] : declaration.sets;
  const lines = sets.map((set) => {
    const parts = set === unnamedSet ? [] : [`ParameterSetName = ${quoted(set)}`];
    if (isMandatoryIn(declaration, set)) parts.push('Mandatory');
    if (position !== undefined) parts.push(`Position = ${position}`);
    if (pipeline === 'value' || pipeline === 'both') parts.push('ValueFromPipeline');
    if (pipeline === 'property' || pipeline === 'both') parts.push('ValueFromPipelineByPropertyName');
    if (declaration.remaining) parts.push('ValueFromRemainingArguments');
    return `[Parameter(${parts.join(', ')})]`;
  });
  if (aliases.length > 0) lines.push(`[Alias(${aliases.map(quoted).join(', ')})]`);
  if (values.length > 0) lines.push(`[ValidateSet(${values.map(quoted).join(', ')})]`);
  return lines;
}

function parameterText(name: string, declaration: ParameterDeclaration): string {
  const type = `[${types[declaration.kind]}${declaration.isArray ? '[]' : ''}]`;
  return [...attributesOf(declaration), `${type}$${name}`].map((line) => `    ${line}`).join('\n');
}

function helpText({ synopsis, description, parameters, examples }: CmdletDefinition): string {
  const lines = ['.SYNOPSIS', `  ${commented(synopsis)}`];
  if (description !== '') lines.push('.DESCRIPTION', `  ${commented(description)}`);
  for (const [name, { help }] of Object.entries(parameters)) lines.push(`.PARAMETER ${name}`, `  ${commented(help)}`);
  for (const { title, command } of examples)
    lines.push('.EXAMPLE', `  ${commented(command)}`, '', `  ${commented(title)}`);
  return lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n');
}

/** One function of the module. */
function functionText(definition: CmdletDefinition): string {
  const { name, parameters, defaultSet, impact, output } = definition;
  const binding = [];
  if (defaultSet !== undefined) binding.push(`DefaultParameterSetName = ${quoted(defaultSet)}`);
  if (impact !== 'none')
    binding.push('SupportsShouldProcess', `ConfirmImpact = '${impact[0]!.toUpperCase()}${impact.slice(1)}'`);
  const list = Object.entries(parameters).map(([own, declaration]) => parameterText(own, declaration));
  const asks =
    impact === 'none'
      ? ''
      : `
    $place = Get-OpenDismTarget $fixed $records
    if (-not $WhatIfPreference -and -not $PSCmdlet.ShouldProcess($place, $call)) { return }`;
  const takesRecords = Object.values(parameters).some(({ pipeline }) => pipeline === 'value');
  const whatIf = impact === 'none' ? '$false' : '$WhatIfPreference';
  return `function ${name} {
  <#
${helpText(definition)}
  #>
  [CmdletBinding(${binding.join(', ')})]
${output.length === 0 ? '' : `  [OutputType(${output.map(({ typeName }) => quoted(typeName)).join(', ')})]\n`}  param(
${list.join(',\n\n')}
  )
  begin {
    $call = '${name}'
    $fixed = ConvertTo-OpenDismParameter $PSBoundParameters
    $records = [System.Collections.ArrayList]@()
  }
  process {
    $null = $records.Add((ConvertTo-OpenDismParameter $PSBoundParameters))
  }
  end {${asks}
    $shared = @{
      Name = $call
      Type = ${output.length === 1 ? quoted(output[0]!.typeName) : '$null'}
      Fixed = $fixed
      Records = $records
      FromPipeline = $MyInvocation.ExpectingInput
      Separate = ${takesRecords ? '$true' : '$false'}
      WhatIfValue = ${whatIf}
      ShowVerbose = $VerbosePreference -ne 'SilentlyContinue'
      OnError = $ErrorActionPreference
    }
    Invoke-OpenDism @shared
  }
}
`;
}

/** The module's identity; PowerShell knows a module by it across versions. */
const moduleGuid = 'd3a5a4c6-52f7-4a0b-9f07-6a4c1f0d9e21';

/** The two files of the module. `caller` is the part that all functions share. */
export function moduleFiles(
  definitions: readonly CmdletDefinition[],
  caller: string,
  version: string,
): { readonly 'OpenDism.psd1': string; readonly 'OpenDism.psm1': string } {
  const names = definitions.map(({ name }) => name);
  return {
    'OpenDism.psd1': `@{
  RootModule = 'OpenDism.psm1'
  ModuleVersion = ${quoted(version.replace(/[^\d.].*$/, ''))}
  GUID = '${moduleGuid}'
  Author = 'The OpenDISM authors'
  Description = 'The cmdlets of OpenDISM for PowerShell 7 on Linux and macOS. They call the opendism command.'
  PowerShellVersion = '7.0'
  CompatiblePSEditions = @('Core')
  FunctionsToExport = @(
${names.map((name) => `    ${quoted(name)}`).join('\n')}
  )
  CmdletsToExport = @()
  VariablesToExport = @()
  AliasesToExport = @()
}
`,
    'OpenDism.psm1': `# Generated by npm run psm1 from the declarations of the cmdlets: do not edit.\n\n${caller}\n${definitions.map(functionText).join('\n')}`,
  };
}
