// Every option of every command, from the list of all commands: how it may be spelled and where it may stand, what it must
// not be, and which parameter of the cmdlet it fills.
import { describe, expect, it } from 'vitest';
import { bindCmdlet } from '../../../cmdlets/dism-exe/bind-cmdlet.ts';
import type { DismCommand, DismOption } from '../../../cmdlets/dism-exe/command.ts';
import { CommandLineError } from '../../../cmdlets/dism-exe/command-line-error.ts';
import { allCommands } from '../../../cmdlets/dism-exe/commands/index.ts';
import { type DismLine, parseDismLine } from '../../../cmdlets/dism-exe/dism-line.ts';
import { globalOptions } from '../../../cmdlets/dism-exe/global-options.ts';
import { defineCmdlet } from '../../../lib/host/cmdlet.ts';
import { CommandTable } from '../../../lib/host/command-table.ts';
import { string, switchParameter } from '../../../lib/host/parameter.ts';
import { chooseSeed, randomFrom } from '../../support/random.ts';

const targetOf: Readonly<Record<DismCommand['scope'], readonly string[]>> = {
  none: [],
  image: ['/Image:m'],
  online: ['/Online'],
  imageOrOnline: ['/Image:m'],
  unknown: [],
};

/** A value that an option takes. */
function sampleOf({ kind, words, form }: DismOption, turn = 0): string {
  if (form) return `C:\\target${turn}`;
  if (kind === 'number') return String(turn + 1);
  return kind === 'choice' ? Object.keys(words!)[turn % Object.keys(words!).length]! : `value${turn}`;
}

const spelled = (name: string, option: DismOption, value = sampleOf(option), separator = ':'): string =>
  option.kind === 'flag' ? `/${name}` : `/${name}${separator}${value}`;

/** The words of the shortest line that is right and has the option. */
function lineWith(command: DismCommand, option?: DismOption): string[] {
  const { options = [], exactlyOne = [], operand, operandOnly } = command;
  const wanted = new Set(options.filter(({ required }) => required));
  if (option) wanted.add(option);
  const isWanted = (name: string): boolean => [...wanted].some((one) => one.name === name);
  for (const names of exactlyOne) {
    if (!names.some(isWanted)) wanted.add(options.find(({ name }) => name === names[0])!);
  }
  const main = operandOnly ? options.find(({ name }) => name === operand) : undefined;
  const own = main && wanted.has(main) ? `/${command.name}:${sampleOf(main)}` : `/${command.name}`;
  return [
    ...targetOf[command.scope],
    own,
    ...[...wanted].filter((one) => one !== main).map((one) => spelled(one.name, one)),
  ];
}

const parse = (words: readonly string[]): DismLine => parseDismLine(words) as DismLine;
function shape(words: readonly string[]): unknown {
  const { globals, invocations } = parse(words);
  return {
    globals,
    invocations: invocations.map(({ command, values }) => [
      command.name,
      [...values.names()].sort().map((name) => [name, values.all(name)]),
    ]),
  };
}

function codeOf(words: readonly string[]): number | undefined {
  try {
    parse(words);
    return undefined;
  } catch (error) {
    if (error instanceof CommandLineError) return error.code;
    throw error;
  }
}

const seed = chooseSeed();
const random = randomFrom(seed);
function shuffled<T>(words: readonly T[]): T[] {
  const left = [...words];
  return words.map(() => left.splice(random.below(left.length), 1)[0]!);
}

/** Options that stand on a line of their own; the others are values of their command. */
const optionsOf = ({ options = [], operand, operandOnly }: DismCommand): readonly DismOption[] =>
  options.filter(({ name }) => !(operandOnly && name === operand));

describe.each(allCommands.map((command) => [`/${command.name}`, command] as const))(
  `%s (seed ${seed})`,
  (_, command) => {
    it('takes its options in any order, letter case and spelling', () => {
      for (const option of [undefined, ...optionsOf(command)]) {
        const words = [...lineWith(command, option), '/English', '/LogLevel:2', '/Format:List'];
        const expected = shape(words);
        for (let turn = 0; turn < 3; turn++) expect(shape(shuffled(words))).toEqual(expected);
        const names = (change: (name: string) => string): string[] =>
          words.map((word) => word.replace(/^\/[^:]+/, change));
        expect(shape(names((name) => name.toUpperCase()))).toEqual(expected);
        expect(shape(names((name) => name.toLowerCase().replace('/', '-')))).toEqual(expected);
        expect(shape(words.map((word) => word.replace(/^(\/[^:]+):/, '$1=')))).toEqual(expected);
        expect(shape(words.map((word) => word.replace(/^(\/[^:]+:)(.+)$/, '$1"$2"')))).toEqual(expected);
        for (const alias of option?.aliases ?? [])
          expect(shape(words.map((word) => word.replace(new RegExp(`^/${option!.name}(?=:|$)`), `/${alias}`)))).toEqual(
            expected,
          );
      }
    });

    it('refuses what is not an option, or is not complete', () => {
      if (!command.anyOption) expect(codeOf([...lineWith(command), '/Frobnicate'])).toBe(87);
      expect(codeOf([...lineWith(command), '/Quiet:yes'])).toBe(87);
      expect(codeOf([...lineWith(command), '/LogLevel:5'])).toBe(87);
      expect(codeOf([...lineWith(command), '/LogPath'])).toBe(87);
      expect(codeOf([...lineWith(command), 'stray'])).toBe(87);
      for (const option of optionsOf(command)) {
        const others = lineWith(command, option).filter(
          (word) => !word.startsWith(`/${option.name}:`) && word !== `/${option.name}`,
        );
        const given = (text: string): number | undefined => codeOf([...others, text]);
        if (option.kind === 'flag') expect(given(`/${option.name}:yes`)).toBe(87);
        else {
          for (const text of [`/${option.name}`, `/${option.name}:`, `/${option.name}:""`])
            expect(given(text)).toBe(87);
        }
        if (option.kind === 'number') {
          for (const value of ['one', '-1', '1.5', '0x1', '99999999999999999999'])
            expect(given(`/${option.name}:${value}`), value).toBe(87);
        }
        if (option.kind === 'choice') expect(given(`/${option.name}:neither`)).toBe(87);
        if (option.kind === 'path' || option.kind === 'identity') expect(given(`/${option.name}:a*`)).toBe(87);
        if (option.required) expect(codeOf(others), `without /${option.name}`).toBe(87);
      }
    });

    it('takes an option twice only where it repeats, and keeps the order', () => {
      for (const option of optionsOf(command)) {
        const words = lineWith(command, option);
        const again = spelled(option.aliases?.[0] ?? option.name, option, sampleOf(option, 1));
        if (option.repeats) {
          expect(parse([...words, again]).invocations[0]!.values.all(option.name)).toEqual([
            sampleOf(option),
            sampleOf(option, 1),
          ]);
        } else expect(codeOf([...words, again]), `/${option.name} twice`).toBe(87);
      }
    });

    it('stands alone, but for its group', () => {
      const other = command.name === 'Get-Packages' ? 'Get-Features' : 'Get-Packages';
      expect(codeOf([...lineWith(command), `/${other}`])).toBe(87);
      expect(codeOf([...lineWith(command), `/${command.name}`])).toBe(87);
    });

    it('is not for every target', () => {
      const rest = lineWith(command).filter((word) => !/^\/(Image:m|Online)$/.test(word));
      const code = (target: readonly string[]): number | undefined => codeOf([...target, ...rest]);
      const expected: Readonly<Record<DismCommand['scope'], readonly (number | undefined)[]>> = {
        none: [undefined, 87, 87],
        image: [87, undefined, 50],
        online: [87, 50, undefined],
        imageOrOnline: [87, undefined, undefined],
        unknown: [undefined, undefined, undefined],
      };
      expect([[], ['/Image:m'], ['/Online']].map(code)).toEqual(expected[command.scope]);
    });

    it('gives the values to the parameters of its cmdlet', async () => {
      for (const option of command.options ?? []) {
        const { parameter } = option;
        const words = lineWith(command, option);
        const declarations = Object.fromEntries(
          (command.options ?? []).flatMap((one) =>
            one.parameter === undefined
              ? []
              : [[one.parameter, one.repeats ? string.array({ help: 'A value.' }) : string({ help: 'A value.' })]],
          ),
        );
        const cmdlet = defineCmdlet({
          name: 'Test-Cmdlet',
          synopsis: 'x.',
          impact: 'none',
          parameters: { ...declarations, NoRestart: switchParameter({ help: 'A value.' }) },
          examples: [],
        });
        const list = { cmdlets: { 'Test-Cmdlet': async () => ({ default: cmdlet }) }, aliases: {} };
        const definition = (await new CommandTable(list).find('Test-Cmdlet'))!;
        const line = parse([...words, '/NoRestart']);
        const bind = () => bindCmdlet(line.invocations[0]!, line.globals, { kind: 'none' }, definition, (path) => path);
        const all = words.flatMap((word) => /^\/([^:]+)/.exec(word)![1]!);
        const refused = (command.options ?? []).some((one) => all.includes(one.name) && one.parameter === undefined);
        if (refused || parameter === undefined) {
          expect(bind).toThrow(expect.objectContaining({ code: 50 }));
          continue;
        }
        const { parameters } = bind();
        const value = sampleOf(option);
        const converted: Readonly<Record<DismOption['kind'], unknown>> = {
          flag: option.value ?? true,
          number: Number(value),
          choice: option.words?.[value],
          path: value,
          pattern: value,
          identity: value,
          text: value,
        };
        expect(parameters[parameter]).toEqual(option.repeats ? [converted[option.kind]] : converted[option.kind]);
        expect(parameters.NoRestart).toBe(true);
      }
    });
  },
);

describe('values as scripts write them', () => {
  const valuesOf = (text: string): readonly string[] =>
    parse(['/Image:m', '/Add-Driver', text]).invocations[0]!.values.all('Driver');

  it.each([
    ['"C:\\My drivers\\"', 'C:\\My drivers\\'],
    ['C:\\My drivers"', 'C:\\My drivers'],
    ['C:\\', 'C:\\'],
    ['\\\\server\\share\\a=b:c', '\\\\server\\share\\a=b:c'],
    ['a;b', 'a;b'],
    ['./drivers', './drivers'],
    ['/srv/drivers', '/srv/drivers'],
  ])('/Driver:%s', (text, value) => {
    expect(valuesOf(`/Driver:${text}`)).toEqual([value]);
    expect(valuesOf(`/Driver=${text}`)).toEqual([value]);
  });
});

it('global options are those of the reference, each once', () => {
  expect(globalOptions.map(({ name }) => name).sort()).toEqual(
    [
      'English',
      'Format',
      'Image',
      'LogLevel',
      'LogPath',
      'NoRestart',
      'Online',
      'Quiet',
      'ScratchDir',
      'SysDriveDir',
      'WinDir',
    ].sort(),
  );
  for (const option of globalOptions.filter(({ name }) => !['Image', 'Online', 'WinDir'].includes(name))) {
    const word = spelled(option.name, option);
    expect(codeOf(['/Image:m', '/Get-Packages', word]), word).toBeUndefined();
    expect(codeOf(['/Image:m', '/Get-Packages', word, word]), `${word} twice`).toBe(87);
  }
});
