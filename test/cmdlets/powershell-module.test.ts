// The module for PowerShell: every function, set and parameter against the declarations; the text by a lexer of its own
// and by this project's parser; its effect by this project's own language, which understands what the module uses.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateModule, moduleDefinitions } from '../../cmdlets/generate-module.ts';
import { isMandatoryIn } from '../../lib/host/binder/signature.ts';
import type { CmdletDefinition } from '../../lib/host/cmdlet.ts';
import type { AttributeNode, ParameterNode, Statement } from '../../lib/host/language/ast.ts';
import { parse } from '../../lib/host/language/parse.ts';
import type { Session } from '../../lib/host/session.ts';
import { newSession, runScript } from '../lib/host/session-fixture.ts';
import { powerShellTokens } from '../support/powershell-tokens.ts';
import { builtCommand } from '../support/run-command.ts';
import { growTree, scratchFolder } from '../support/trees.ts';

let definitions: CmdletDefinition[];
let text: string;
let manifest: string;
beforeAll(async () => {
  definitions = await moduleDefinitions();
  ({ 'OpenDism.psm1': text = '', 'OpenDism.psd1': manifest = '' } = await generateModule());
});

/** What is wrong with a text as PowerShell; undefined when nothing is. */
function syntaxError(script: string): string | undefined {
  try {
    powerShellTokens(script);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Lists that end in a comma, and parameters that no comma parts: what a parser of PowerShell stumbles over. */
function listErrors(script: string): string[] {
  const tokens = powerShellTokens(script).filter(({ kind }) => kind !== 'comment' && kind !== 'newline');
  return tokens.flatMap(({ text: token, line }, at) => {
    const next = tokens[at + 1]?.text ?? '';
    if (token === ',' && [')', '}', ']', ','].includes(next)) return [`line ${line}: a comma before ${next}`];
    if (token.startsWith('$') && next === '[' && /^(Parameter|Alias|ValidateSet)$/.test(tokens[at + 2]?.text ?? ''))
      return [`line ${line}: no comma after ${token}`];
    return [];
  });
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

/** Variables that PowerShell itself sets. */
const automatic =
  'args consolefilename error event eventargs eventsubscriber executioncontext false foreach home host input lastexitcode matches myinvocation nestedpromptlevel null pid profile psboundparameters pscmdlet pscommandpath psculture psitem psscriptroot psuiculture psversiontable pwd sender shellid stacktrace switch this true'.split(
    ' ',
  );

type FunctionBlock = Extract<Statement, { kind: 'function' }>['block'];

function functionsOf(script: string): ReadonlyMap<string, FunctionBlock> {
  const nodes = parse(script).end!.statements.filter(
    (node): node is Extract<Statement, { kind: 'function' }> => node.kind === 'function',
  );
  return new Map(nodes.map((node) => [node.name, node.block]));
}

interface MicrosoftParameter {
  readonly type: string;
  readonly sets?: readonly string[];
  readonly aliases?: readonly string[];
  readonly mandatory?: boolean;
  readonly pipeline?: 'property' | 'value';
}
const microsoft = (
  JSON.parse(readFileSync(new URL('../vectors/dism-parameters.json', import.meta.url), 'utf8')) as {
    cmdlets: Record<string, { parameters: Record<string, MicrosoftParameter> }>;
  }
).cmdlets;

describe('the PowerShell module', () => {
  it('is PowerShell, by a tokenizer of its own', () => {
    for (const script of [text, manifest]) {
      expect(syntaxError(script)).toBeUndefined();
      expect(listErrors(script)).toEqual([]);
    }
  });

  it.each([
    ['{', '} is missing'],
    ["'it''s", 'a string does not end'],
    ['"a $(1 + "b") c', 'a string does not end'],
    ['"a $(1 + (2) c"', 'a string does not end'],
    ['(1]', '] closes nothing'],
    ['<# no end', 'a comment does not end'],
    ["@' text\n'@", 'text follows'],
    ["@'\ntext '@", 'does not end'],
    ['a ` \n b', 'a backtick'],
    ['$ x', '$ begins nothing'],
  ])('which finds what is wrong with %j', (script, message) => {
    expect(syntaxError(`${text}\n${script}`)).toContain(message);
  });

  it.each(['@(1, 2,)', 'param([string]$a [Parameter()][string]$b)'])('and with %j', (script) => {
    expect(listErrors(script)).toHaveLength(1);
  });

  it('has the parameters of Microsoft where Microsoft has the cmdlet', () => {
    const functions = functionsOf(text);
    let compared = 0;
    for (const [name, { parameters }] of Object.entries(microsoft)) {
      const block = functions.get(name);
      if (block === undefined) continue;
      for (const [own, row] of Object.entries(parameters)) {
        const parameter = block.parameters!.find((one) => one.name === own);
        expect(parameter, `${name} -${own}`).toBeDefined();
        const { sets, aliases, isSwitch, isArray } = shapeOf(parameter!);
        const shown = `${name} -${own}`;
        const theirs = row.sets ?? [];
        for (const set of theirs)
          expect(
            sets.map((one) => one.set),
            shown,
          ).toContain(set);
        const shared = sets.filter(({ set }) => theirs.length === 0 || theirs.includes(String(set)));
        expect(shared.length, shown).toBeGreaterThan(0);
        for (const one of shared) {
          expect(one.mandatory, shown).toBe(row.mandatory ?? false);
          expect(one.value, shown).toBe(row.pipeline === 'value');
          expect(one.property, shown).toBe(row.pipeline === 'property');
        }
        expect(aliases, shown).toEqual(expect.arrayContaining([...(row.aliases ?? [])]));
        expect(isSwitch, shown).toBe(row.type === 'SwitchParameter');
        if (row.type.endsWith('[]')) expect(isArray, shown).toBe(true);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(80);
  });

  it('has a function for every cmdlet, with its sets, parameters and help', () => {
    const functions = functionsOf(text);
    for (const { name, parameters, defaultSet, impact, synopsis, sets } of definitions) {
      const block = functions.get(name)!;
      const binding = block.attributes.find((attribute) => attribute.name === 'CmdletBinding')!;
      expect(named(binding, 'DefaultParameterSetName'), name).toBe(defaultSet);
      expect(named(binding, 'SupportsShouldProcess') === true, name).toBe(impact !== 'none');
      expect(block.parameters!.map((parameter) => parameter.name)).toEqual(Object.keys(parameters));
      for (const parameter of block.parameters!) {
        const declaration = parameters[parameter.name]!;
        // The variables that a function uses must not be its parameters.
        expect(['call', 'fixed', 'records', 'shared', 'place', ...automatic]).not.toContain(
          parameter.name.toLowerCase(),
        );
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
      // A line that begins with a dot and a word is a keyword of help, and an unknown one spoils all of it.
      for (const [, keyword] of source.matchAll(/^\s*\.(\w+)/gm))
        expect(['SYNOPSIS', 'DESCRIPTION', 'PARAMETER', 'EXAMPLE'], name).toContain(keyword);
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
    // The classes of .NET that these two use are not part of this project's language.
    await run(
      'function Write-OpenDismError { param($Failure, $OnError) ' +
        'Write-Error "$($Failure.Id) $($Failure.HResult) $($Failure.Message)" -TargetObject $Failure.Target -ErrorAction $OnError }; ' +
        'function ConvertTo-OpenDismRecord { param([string]$Line, [string]$Type) ConvertFrom-Json -InputObject $Line }',
    );
  });

  it('calls the command and gives objects', async () => {
    expect(await run('New-WindowsImage -ImagePath a.wim -CapturePath tree -Name "It\'s" | % ImageIndex')).toEqual([1]);
    expect(await run('(Get-WindowsImage -ImagePath a.wim -Index 1).ImageName; $LASTEXITCODE')).toEqual(["It's", 0]);
    expect(errors).toEqual([]);
  });

  let hostile = 0;
  it.each([
    "a'b",
    'a "b" `c` $d $(throw 1)',
    "x\n'@\nthrow 'out'",
    "x\u2028'@\u2028throw 1",
    '\u2018\u2019; throw 1',
    '-Force',
    '@{ a = 1 }; {',
    '  blanks  ',
    '*',
    '日本語 ü',
  ])('passes on %j as it is', async (name) => {
    session.setVariable('name', name);
    const file = `hostile-${hostile++}.wim`;
    expect(await run(`New-WindowsImage -ImagePath ${file} -CapturePath tree -Name $name | % ImageName`)).toEqual([
      name,
    ]);
    const records = await run(
      `[pscustomobject]@{ ImagePath = '${file}'; Name = $name } | Get-WindowsImage | % ImageName`,
    );
    expect(errors).toEqual([]);
    expect(records).toEqual([name]);
  });

  it('sends all records of a pipeline in one call', async () => {
    const records = await run('Get-WindowsImage a.wim | Get-WindowsImage | % ImageName');
    expect({ records, errors }).toEqual({ records: ["It's"], errors: [] });
  });

  it('asks about what it works on', async () => {
    expect(await run("Get-OpenDismTarget @{ Name = 'x' } @(@{ Index = 1 }, @{ ImagePath = 'a.wim' })")).toEqual([
      'a.wim',
    ]);
    expect(await run("Get-OpenDismTarget @{ Path = 'mnt' } @()")).toEqual(['mnt']);
  });

  it('passes on errors, what-if messages and switches', async () => {
    await run('Get-WindowsImage -ImagePath missing.wim');
    expect(errors.join()).toContain('missing.wim');
    expect(errors.join()).toContain('NotFound -2147024894');
    expect(errors).toHaveLength(1);
    expect(await run('Remove-WindowsImage -ImagePath a.wim -Index 1 -WhatIf')).toEqual([]);
    expect(messages.join()).toContain('What if:');
    expect(await run('try { Get-WindowsImage missing.wim -ErrorAction Stop } catch { "caught" }')).toEqual(['caught']);
    expect(await run('@(Get-WindowsImage a.wim).Count')).toEqual([1]);
  });
});
