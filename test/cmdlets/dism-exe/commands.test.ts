// The table of DISM.exe commands against the list of all commands and options, and its mapping against the parameters
// of Microsoft's cmdlets.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DismCommand } from '../../../cmdlets/dism-exe/command.ts';
import { allCommands } from '../../../cmdlets/dism-exe/commands/index.ts';
import { globalOptions } from '../../../cmdlets/dism-exe/global-options.ts';
import { findOption } from '../../../cmdlets/dism-exe/option-values.ts';
import { cmdletList } from '../../../cmdlets/index.ts';
import { CommandTable } from '../../../lib/host/command-table.ts';

interface Row {
  readonly scope: string;
  readonly operand?: boolean;
  readonly options: readonly string[];
  readonly cmdlet?: string;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8'));
const known = (read('dism-commands') as { commands: Record<string, Row> }).commands;
const cmdlets = (
  read('dism-parameters') as { cmdlets: Record<string, { parameters: Record<string, { type: string }> }> }
).cmdlets;

/** In the table without being in the list: other spellings that scripts use. */
const additions: Readonly<Record<string, readonly string[]>> = { 'Set-Edition': ['Channel'] };

describe('the commands of DISM.exe', () => {
  it('are all there, and nothing else', () => {
    expect(allCommands.map(({ name }) => name).sort()).toEqual(Object.keys(known).sort());
    expect(allCommands).toHaveLength(115);
  });

  it.each(Object.keys(known))('/%s', (name) => {
    const row = known[name]!;
    const command = allCommands.find((one) => one.name === name)!;
    expect(command.scope).toBe(row.scope);
    // What Microsoft has no cmdlet for may have one of ours.
    if (row.cmdlet !== undefined) expect(command.cmdlet).toBe(row.cmdlet);
    if (row.operand) expect(command.operandOnly).toBe(true);
    const found = new Set<string>();
    for (const text of row.options) {
      const option = findOption(command.options ?? [], text.replace(':', ''));
      expect(option, `/${text} is not known`).toBeDefined();
      expect(option!.kind === 'flag', `/${text} takes a value or not`).toBe(!text.endsWith(':'));
      found.add(option!.name);
    }
    if (command.operandOnly) found.add(command.operand!);
    for (const extra of additions[name] ?? []) found.add(extra);
    // Older spellings of a command share the options of the newer one.
    if (!/-Wim(Info)?$|-MountedWimInfo$/.test(name))
      expect((command.options ?? []).map((option) => option.name).sort()).toEqual([...found].sort());
  });

  it('have names that mean one thing', () => {
    const commandNames = allCommands.map(({ name }) => name.toLowerCase());
    expect(new Set(commandNames).size).toBe(commandNames.length);
    for (const option of [...globalOptions, ...allCommands.flatMap(({ options }) => options ?? [])]) {
      for (const name of [option.name, ...(option.aliases ?? [])])
        expect(commandNames).not.toContain(name.toLowerCase());
    }
    for (const { options } of allCommands) {
      const names = (options ?? []).flatMap(({ name, aliases }) =>
        [name, ...(aliases ?? [])].map((one) => one.toLowerCase()),
      );
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) expect(findOption(globalOptions, name)).toBeUndefined();
    }
  });
});

const commands = new CommandTable(cmdletList);
const ourTypes: Readonly<Record<string, string>> = { Switch: 'SwitchParameter', Path: 'String' };

/** The types of a cmdlet's parameters: those of Microsoft, and those that OpenDISM adds. */
async function typesOf(cmdlet: string): Promise<Record<string, string> | undefined> {
  const theirs = Object.entries(cmdlets[cmdlet]?.parameters ?? {}).map(([name, { type }]) => [name, type] as const);
  const ours = Object.entries((await commands.find(cmdlet))?.parameters ?? {});
  const all = [...ours.map(([name, { kind }]) => [name, ourTypes[kind] ?? kind] as const), ...theirs];
  return all.length === 0 ? undefined : Object.fromEntries(all);
}

async function problems(command: DismCommand): Promise<string[]> {
  const { name, cmdlet, fixed, options, operand, exactlyOne, atMostOne, scope } = command;
  const found: string[] = [];
  const types = cmdlet === undefined ? {} : await typesOf(cmdlet);
  if (types === undefined) return [`${name}: there is no ${cmdlet}`];
  for (const parameter of Object.keys(fixed ?? {}))
    if (!(parameter in types)) found.push(`${name}: ${cmdlet} has no -${parameter}`);
  for (const option of options ?? []) {
    if (option.parameter === undefined) continue;
    const type = types[option.parameter];
    if (type === undefined) found.push(`${name} /${option.name}: ${cmdlet} has no -${option.parameter}`);
    const isSwitch = type === 'SwitchParameter';
    if (isSwitch !== (option.kind === 'flag' && option.value === undefined))
      found.push(`${name} /${option.name} is a ${option.kind}, -${option.parameter} a ${type}`);
    if ((option.kind === 'number') !== /^U?Int/.test(type ?? '') && option.kind !== 'choice')
      found.push(`${name} /${option.name} is a ${option.kind}, -${option.parameter} a ${type}`);
  }
  const names = (options ?? []).map((option) => option.name);
  for (const one of [...(operand ? [operand] : []), ...(exactlyOne ?? []).flat(), ...(atMostOne ?? []).flat()])
    if (!names.includes(one)) found.push(`${name}: there is no option /${one}`);
  if (scope !== 'none' && cmdlet !== undefined && !('Path' in types) && scope !== 'online')
    found.push(`${name}: ${cmdlet} takes no image`);
  return found;
}

it('every option fills a parameter that the cmdlet has, of a fitting type', async () => {
  expect((await Promise.all(allCommands.map(problems))).flat()).toEqual([]);
});

it('every cmdlet of Microsoft is the target of a command', () => {
  const used = new Set(allCommands.map(({ cmdlet }) => cmdlet));
  expect(Object.keys(cmdlets).filter((name) => !used.has(name))).toEqual([]);
});
