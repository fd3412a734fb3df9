// The module for PowerShell: every function, set and parameter against the declarations; the text by a lexer of its own
// and by this project's parser; its effect by this project's own language, which understands what the module uses.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateModule, moduleDefinitions } from '../../cmdlets/generate-module.ts';
import { isMandatoryIn } from '../../lib/host/binder/signature.ts';
import type { CmdletDefinition } from '../../lib/host/cmdlet.ts';
import type { AttributeNode, ParameterNode, Statement } from '../../lib/host/language/ast.ts';
import { parse } from '../../lib/host/language/parse.ts';
import type { Session } from '../../lib/host/session.ts';
import { newSession, runScript } from '../lib/host/session-fixture.ts';
import { builtCommand } from '../support/run-command.ts';
import { growTree, scratchFolder } from '../support/trees.ts';

let definitions: CmdletDefinition[];
let text: string;
let manifest: string;
beforeAll(async () => {
  definitions = await moduleDefinitions();
  ({ 'OpenDism.psm1': text = '', 'OpenDism.psd1': manifest = '' } = await generateModule());
});

/** Whether braces, brackets, parentheses, quotes, here-strings and comments close, each in its turn. */
function isBalanced(script: string): boolean {
  const pairs: Readonly<Record<string, string>> = { '}': '{', ')': '(', ']': '[' };
  const open: string[] = [];
  const tokens =
    /<#[\s\S]*?#>|#[^\n]*|@'\n[\s\S]*?\n'@|@"\n[\s\S]*?\n"@|'(?:[^']|'')*'|"(?:[^"`]|`[\s\S]|"")*"|`[\s\S]|[\s\S]/g;
  for (const [token] of script.matchAll(tokens)) {
    if (token.length > 1) continue;
    if ('{(['.includes(token)) open.push(token);
    else if (token in pairs && open.pop() !== pairs[token]) return false;
    else if (token === "'" || token === '"') return false;
  }
  return open.length === 0;
}

const named = (attribute: AttributeNode, name: string): unknown => {
  const found = attribute.named.find((one) => one.name === name);
  return found && (found.value === undefined ? true : found.value.kind === 'literal' ? found.value.value : undefined);
};
const attributes = ({ attributes: all }: ParameterNode, name: string): readonly AttributeNode[] =>
  all.filter((attribute) => attribute.name === name);
const literals = (attribute: AttributeNode | undefined): unknown[] =>
  (attribute?.positional ?? []).map((node) => (node.kind === 'literal' ? node.value : undefined));

/** What a parameter's attributes say, set by set. */
const shapeOf = (parameter: ParameterNode) => ({
  sets: attributes(parameter, 'Parameter').map((attribute) => ({
    set: named(attribute, 'ParameterSetName'),
    mandatory: named(attribute, 'Mandatory') === true,
    position: named(attribute, 'Position'),
    value: named(attribute, 'ValueFromPipeline') === true,
    property: named(attribute, 'ValueFromPipelineByPropertyName') === true,
  })),
  aliases: literals(attributes(parameter, 'Alias')[0]),
  values: literals(attributes(parameter, 'ValidateSet')[0]),
  isArray: parameter.type?.endsWith('[]') === true,
  isSwitch: parameter.type === 'switch',
});

describe('the PowerShell module', () => {
  it('has balanced text', () => {
    expect(isBalanced(text)).toBe(true);
    expect(isBalanced(manifest)).toBe(true);
    expect(isBalanced(`${text}{`)).toBe(false);
  });

  it('has a function for every cmdlet, with its sets, parameters and help', () => {
    const statements = parse(text).end!.statements;
    const functions = new Map(
      statements
        .filter((node): node is Extract<Statement, { kind: 'function' }> => node.kind === 'function')
        .map((node) => [node.name, node.block]),
    );
    for (const { name, parameters, defaultSet, impact, synopsis, sets } of definitions) {
      const block = functions.get(name)!;
      const binding = block.attributes.find((attribute) => attribute.name === 'CmdletBinding')!;
      expect(named(binding, 'DefaultParameterSetName'), name).toBe(defaultSet);
      expect(named(binding, 'SupportsShouldProcess') === true, name).toBe(impact !== 'none');
      expect(block.parameters!.map((parameter) => parameter.name)).toEqual(Object.keys(parameters));
      for (const parameter of block.parameters!) {
        const declaration = parameters[parameter.name]!;
        // The variables that a function uses must not be its parameters.
        expect(['call', 'fixed', 'records', 'shared']).not.toContain(parameter.name.toLowerCase());
        const own = declaration.sets.length === 0 ? [undefined] : declaration.sets;
        expect(shapeOf(parameter), `${name} -${parameter.name}`).toEqual({
          sets: own.map((set) => ({
            set,
            mandatory: isMandatoryIn(declaration, set ?? sets[0]!),
            position: declaration.position,
            value: declaration.pipeline === 'value' || declaration.pipeline === 'both',
            property: declaration.pipeline === 'property' || declaration.pipeline === 'both',
          })),
          aliases: declaration.aliases,
          values: declaration.values,
          isArray: declaration.isArray,
          isSwitch: declaration.kind === 'Switch',
        });
      }
      const source = text.slice(
        text.indexOf(`function ${name} {`),
        text.indexOf('[CmdletBinding', text.indexOf(`function ${name} {`)),
      );
      expect(source).toContain(synopsis);
      expect(source.match(/\.PARAMETER /g)?.length ?? 0).toBe(Object.keys(parameters).length);
      expect(manifest).toContain(`'${name}'`);
    }
  });

  it('leaves to PowerShell what PowerShell has', () => {
    const names = definitions.map(({ name }) => name);
    expect(names).toContain('Get-WindowsImage');
    for (const name of names)
      expect(name).toMatch(/-(Windows|OfflineRegistry|ImagePlan|Dism|App|Provisioned|WIM|Ffu|Non|OS)/i);
  });
});

describe('a run of the module', () => {
  const scratch = scratchFolder('psm1');
  let session: Session;
  let errors: string[];
  let messages: string[];
  const run = async (script: string): Promise<readonly unknown[]> => {
    errors.length = 0;
    messages.length = 0;
    const { values, thrown } = await runScript(script, session);
    expect(thrown).toBeUndefined();
    return values;
  };

  beforeAll(async () => {
    growTree(join(scratch, 'tree'), 3);
    const command = join(scratch, 'opendism');
    writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${builtCommand}' "$@"\n`);
    chmodSync(command, 0o755);
    errors = [];
    messages = [];
    session = newSession(messages, errors);
    session.environmentVariables.OPENDISM_COMMAND = command;
    session.setLocation(scratch);
    await run(text);
  });

  it('calls the command and gives objects', async () => {
    expect(await run('New-WindowsImage -ImagePath a.wim -CapturePath tree -Name "It\'s" | % ImageIndex')).toEqual([1]);
    expect(await run('(Get-WindowsImage -ImagePath a.wim -Index 1).ImageName; $LASTEXITCODE')).toEqual(["It's", 0]);
    expect(errors).toEqual([]);
  });

  it('sends all records of a pipeline in one call', async () => {
    const records = await run('Get-WindowsImage a.wim | Get-WindowsImage | % ImageName');
    expect({ records, errors }).toEqual({ records: ["It's"], errors: [] });
  });

  it('passes on errors, what-if messages and switches', async () => {
    await run('Get-WindowsImage -ImagePath missing.wim');
    expect(errors.join()).toContain('missing.wim');
    expect(await run('Remove-WindowsImage -ImagePath a.wim -Index 1 -WhatIf')).toEqual([]);
    expect(messages.join()).toContain('What if:');
    expect(await run('try { Get-WindowsImage missing.wim -ErrorAction Stop } catch { "caught" }')).toEqual(['caught']);
    expect(await run('@(Get-WindowsImage a.wim).Count')).toEqual([1]);
  });
});
