// `npm run surface` against Microsoft's reference.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { cmdletList } from '../../cmdlets/index.ts';
import { runProgram } from '../support/run-command.ts';

interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly sets: readonly string[];
  readonly aliases: readonly string[];
  readonly required: boolean;
  readonly pipeline: string;
  readonly extension?: boolean;
}
interface Row {
  readonly type: string;
  readonly sets?: readonly string[];
  readonly aliases?: readonly string[];
  readonly mandatory?: boolean;
  readonly pipeline?: 'property' | 'value';
}

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const reference = (
  JSON.parse(readFileSync(file('test/vectors/dism-parameters.json'), 'utf8')) as {
    cmdlets: Record<string, { sets: readonly string[]; parameters: Record<string, Row> }>;
  }
).cmdlets;
const pipelines = { property: 'True (ByPropertyName)', value: 'True (ByValue)' } as const;

/** Why each differs is in test/cmdlets/dism-parameters.test.ts. */
const deviations = [
  'Add-WindowsDriver -Driver type',
  'Export-WindowsImage -SourceIndex type',
  'Remove-WindowsDriver -Driver type',
];

it('prints the parameters of Microsoft for each cmdlet that exists', async () => {
  const { code, stdout, stderr } = await runProgram(process.execPath, [file('scripts/surface.mjs')]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { cmdlets } = JSON.parse(stdout) as {
    cmdlets: Record<string, { sets: readonly string[]; parameters: readonly Parameter[]; outputs: readonly string[] }>;
  };
  expect(Object.keys(cmdlets)).toEqual(Object.keys(reference).filter((name) => name in cmdletList.cmdlets));
  const { outputs, parameters: expand } = cmdlets['Expand-WindowsImage']!;
  expect(outputs).toEqual(['Microsoft.Dism.Commands.OfflineImageObject']);
  expect(expand.find(({ name }) => name === 'ThreadCount')).toMatchObject({ extension: true });
  const found: string[] = [];
  for (const [cmdlet, { sets, parameters }] of Object.entries(cmdlets)) {
    const theirs = reference[cmdlet]!;
    expect([...sets].sort(), cmdlet).toEqual([...theirs.sets].sort());
    const own = parameters.filter(({ extension }) => extension !== true);
    expect(own.map(({ name }) => name).sort(), cmdlet).toEqual(Object.keys(theirs.parameters).sort());
    for (const ours of own) {
      const row = theirs.parameters[ours.name]!;
      const pairs: Readonly<Record<string, readonly [unknown, unknown]>> = {
        type: [ours.type, row.type],
        sets: [ours.sets, row.sets ?? ['(All)']],
        aliases: [ours.aliases, row.aliases ?? []],
        required: [ours.required, row.mandatory ?? false],
        pipeline: [ours.pipeline, row.pipeline === undefined ? 'False' : pipelines[row.pipeline]],
      };
      for (const [what, [left, right]] of Object.entries(pairs)) {
        const sorted = (value: unknown): string => JSON.stringify(Array.isArray(value) ? [...value].sort() : value);
        if (sorted(left) !== sorted(right)) found.push(`${cmdlet} -${ours.name} ${what}`);
      }
    }
  }
  expect(found.sort()).toEqual(deviations);
});
