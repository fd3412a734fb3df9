// The surface of every cmdlet that has a Microsoft name against Microsoft's own reference: parameters, types, sets,
// aliases, pipeline input. What differs is listed here, with the reason; what we add is marked as an extension.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cmdletList } from '../../cmdlets/index.ts';
import type { CmdletDefinition } from '../../lib/host/cmdlet.ts';
import { CommandTable } from '../../lib/host/command-table.ts';
import type { ParameterDeclaration } from '../../lib/host/parameter.ts';

interface Row {
  readonly type: string;
  readonly sets?: readonly string[];
  readonly aliases?: readonly string[];
  readonly mandatory?: boolean;
  readonly pipeline?: 'property' | 'value';
}

const table = JSON.parse(readFileSync(new URL('../vectors/dism-parameters.json', import.meta.url), 'utf8')) as {
  cmdlets: Record<string, { sets: readonly string[]; parameters: Record<string, Row> }>;
};

/** Deliberate differences, `Cmdlet -Parameter what`, and why. */
const deviations: Readonly<Record<string, string>> = {
  'New-WindowsImage -CompressionType type': 'the accepted texts are known, so help and completion show them',
  'Export-WindowsImage -CompressionType type': 'the accepted texts are known, so help and completion show them',
  'Add-WindowsDriver -Driver type': 'several packages can be added in one commit',
  'Add-WindowsDriver -BasicDriverObject type': 'paths and files can be piped too',
  'Add-WindowsDriver -AdvancedDriverObject type': 'paths and files can be piped too',
  'Remove-WindowsDriver -Driver type': 'several drivers can be removed in one commit',
  'Export-WindowsImage -SourceIndex type': 'several images can be copied in one commit',
};

/** Types that Microsoft's module declares for enumerations; all other enumerations of ours are texts there. */
const enumerationTypes = ['LogLevel', 'StubPackageOption', 'ReservedStorageState'];

const kinds: Readonly<Record<string, string>> = {
  String: 'String',
  Path: 'String',
  UInt32: 'UInt32',
  UInt64: 'UInt64',
  Int32: 'Int32',
  Switch: 'SwitchParameter',
};

function typeOf(declaration: ParameterDeclaration, row: Row): string {
  const isNamed = declaration.kind === 'Enumeration' && enumerationTypes.includes(row.type);
  const scalar = isNamed ? row.type : kinds[declaration.kind];
  return `${scalar ?? declaration.kind}${declaration.isArray ? '[]' : ''}`;
}

interface Differences {
  /** Not in the list of deviations. */
  readonly found: readonly string[];
  /** In the list. */
  readonly excused: readonly string[];
}

function differences(definition: CmdletDefinition): Differences {
  const { sets, parameters } = table.cmdlets[definition.name]!;
  const found: string[] = [];
  const excused: string[] = [];
  const differ = (parameter: string, what: string, ours: unknown, theirs: unknown): void => {
    if (JSON.stringify(ours) === JSON.stringify(theirs)) return;
    const key = `${definition.name} -${parameter} ${what}`;
    if (key in deviations) excused.push(key);
    else found.push(`${key}: ${JSON.stringify(ours)} instead of ${JSON.stringify(theirs)}`);
  };
  for (const [name, row] of Object.entries(parameters)) {
    const ours = definition.parameters[name];
    if (ours === undefined) {
      found.push(`${definition.name} has no -${name}`);
      continue;
    }
    const own = (all: readonly string[], extensions: readonly string[]): string[] =>
      all.filter((one) => !extensions.includes(one)).sort();
    differ(name, 'type', typeOf(ours, row), row.type);
    differ(name, 'sets', own(ours.sets, ours.extensionSets), [...(row.sets ?? [])].sort());
    differ(name, 'aliases', own(ours.aliases, ours.extensionAliases), [...(row.aliases ?? [])].sort());
    differ(name, 'mandatory', ours.mandatory === true, row.mandatory ?? false);
    differ(name, 'pipeline', ours.pipeline, row.pipeline);
    differ(name, 'position', ours.position !== undefined && !ours.positionIsExtension, false);
    differ(name, 'extension', ours.extension, false);
  }
  for (const [name, ours] of Object.entries(definition.parameters)) {
    if (!(name in parameters)) differ(name, 'extension', ours.extension, true);
  }
  const extensionSets = new Set(Object.values(definition.parameters).flatMap((one) => one.extensionSets));
  const named = definition.sets.filter((set) => !extensionSets.has(set));
  // Where Microsoft has one set without a name, ours are extensions, all of them.
  const ourSets = named.length === 0 ? ['__AllParameterSets'] : named;
  differ('', 'sets', [...ourSets].sort(), sets.filter((set) => !set.startsWith('(')).sort());
  return { found, excused };
}

describe('Microsoft’s parameters', async () => {
  const commands = new CommandTable(cmdletList);
  const shared = commands.names().filter((name) => name in table.cmdlets);

  it('are those of cmdlets that exist here', () => {
    expect(shared).toContain('New-WindowsImage');
    expect(Object.keys(table.cmdlets)).toHaveLength(46);
  });

  it.each(shared)('%s', async (name) => {
    expect(differences((await commands.find(name))!).found).toEqual([]);
  });

  it('differ wherever the list says so', async () => {
    const used = await Promise.all(shared.map(async (name) => differences((await commands.find(name))!).excused));
    expect(used.flat().sort()).toEqual(Object.keys(deviations).sort());
  });

  it('are compared in every respect', async () => {
    const definition = (await commands.find('New-WindowsImage'))!;
    const { Name, ...others } = definition.parameters;
    const wrong: Readonly<Record<string, Partial<ParameterDeclaration> | undefined>> = {
      type: { kind: 'UInt32' },
      sets: { sets: ['Other'] },
      aliases: { aliases: ['N'] },
      mandatory: { mandatory: false },
      pipeline: { pipeline: 'value' },
      position: { position: 2, positionIsExtension: false },
      extension: { extension: true },
    };
    for (const [what, change] of Object.entries(wrong)) {
      const parameters = { ...others, Name: { ...Name!, ...change } };
      const { found } = differences({ ...definition, parameters });
      expect(found, what).toEqual([expect.stringContaining(`New-WindowsImage -Name ${what}:`)]);
    }
    expect(differences({ ...definition, parameters: others }).found).toEqual(['New-WindowsImage has no -Name']);
    const more = { ...definition, parameters: { ...definition.parameters, Extra: { ...Name!, extension: false } } };
    expect(differences(more).found).toEqual([expect.stringContaining('New-WindowsImage -Extra extension:')]);
    expect(differences({ ...definition, sets: ['Another'] }).found).toEqual([expect.stringContaining('sets:')]);
  });
});
