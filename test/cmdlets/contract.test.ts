// What every registered cmdlet must keep: help everywhere, examples that parse and name their cmdlet, sane sets.
import { describe, expect, it } from 'vitest';
import { cmdletList } from '../../cmdlets/index.ts';
import { changeParameters, commonParameters, jobParameters } from '../../lib/host/binder/common-parameters.ts';
import { isInSet } from '../../lib/host/binder/signature.ts';
import { CommandTable } from '../../lib/host/command-table.ts';
import { helpLines } from '../../lib/host/help/help-text.ts';
import { parse } from '../../lib/host/language/parse.ts';

const commands = new CommandTable(cmdletList);

describe.each(commands.names())('%s', (name) => {
  it('keeps the contract', async () => {
    const definition = (await commands.find(name))!;
    expect(definition.name).toBe(name);
    expect(definition.name).toMatch(/^[A-Z][A-Za-z]+-[A-Z][A-Za-z]+$/);
    expect(definition.synopsis).toMatch(/\S.*\.$/);
    const reserved = new Set(
      [...Object.keys({ ...commonParameters, ...changeParameters, ...jobParameters })].map((one) => one.toLowerCase()),
    );
    const names = new Set<string>();
    for (const [parameter, declaration] of Object.entries(definition.parameters)) {
      expect(declaration.help, `${parameter} has no help`).toMatch(/\S{2}.*\.$/s);
      expect(reserved.has(parameter.toLowerCase()), `${parameter} hides a common parameter`).toBe(false);
      for (const one of [parameter, ...declaration.aliases]) {
        expect(names.has(one.toLowerCase()), `${one} is declared twice`).toBe(false);
        names.add(one.toLowerCase());
      }
      if (typeof declaration.mandatory !== 'boolean')
        for (const set of declaration.mandatory) expect(declaration.sets).toContain(set);
    }
    if (definition.defaultSet) expect(definition.sets).toContain(definition.defaultSet);
    for (const set of definition.sets) {
      const positions = Object.values(definition.parameters)
        .filter((one) => isInSet(one, set) && one.position !== undefined && !one.remaining)
        .map((one) => one.position);
      expect(new Set(positions).size, `two parameters share a position in ${set}`).toBe(positions.length);
    }
  });

  it('has examples that parse and use it', async () => {
    const definition = (await commands.find(name))!;
    expect(definition.examples.length).toBeGreaterThan(0);
    for (const { title, command } of definition.examples) {
      expect(title).not.toBe('');
      parse(command);
      expect(command).toContain(name);
    }
  });

  it('has a help page', async () => {
    const lines = helpLines((await commands.find(name))!, { full: true, detailed: false, examples: false });
    expect(lines).toContain('SYNTAX');
    expect(lines.join('\n')).not.toContain('undefined');
  });
});

describe('aliases', () => {
  it('lead to cmdlets that exist and are declared by them', async () => {
    for (const { alias, name } of commands.aliases()) {
      const definition = await commands.find(name);
      expect(
        definition?.aliases.map((one) => one.toLowerCase()),
        `${alias} -> ${name}`,
      ).toContain(alias.toLowerCase());
    }
    for (const name of commands.names()) {
      for (const alias of (await commands.find(name))!.aliases) expect(commands.resolveAlias(alias), alias).toBe(name);
    }
  });
});
