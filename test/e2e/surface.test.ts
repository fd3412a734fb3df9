// `npm run surface` prints what the built cmdlets declare, in the shape of Microsoft's reference.
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
  readonly extension?: true;
}

it('prints the surface as JSON', async () => {
  const script = fileURLToPath(new URL('../../scripts/surface.mjs', import.meta.url));
  const result = await runProgram(process.execPath, [script]);
  expect(result).toMatchObject({ code: 0, stderr: '' });
  const { cmdlets } = JSON.parse(result.stdout) as {
    cmdlets: Record<string, { sets: string[]; parameters: Parameter[]; outputs: string[] }>;
  };
  const known = JSON.parse(readFileSync(new URL('../vectors/dism-parameters.json', import.meta.url), 'utf8')) as {
    cmdlets: Record<string, unknown>;
  };
  const expected = Object.keys(known.cmdlets).filter((name) => name in cmdletList.cmdlets);
  expect(Object.keys(cmdlets)).toEqual(expected);
  const { sets, parameters, outputs } = cmdlets['Expand-WindowsImage']!;
  expect(sets).toEqual(['InputByFilePathAndName', 'InputByFilePathAndIndex']);
  expect(outputs).toEqual(['Microsoft.Dism.Commands.OfflineImageObject']);
  const named = (name: string): Parameter => parameters.find((one) => one.name === name)!;
  expect(named('Index')).toMatchObject({
    type: 'UInt32',
    sets: ['InputByFilePathAndIndex'],
    required: true,
    aliases: [],
  });
  expect(named('LogLevel')).toMatchObject({
    type: 'LogLevel',
    sets: ['(All)'],
    aliases: ['LL'],
    pipeline: 'True (ByPropertyName)',
  });
  expect(named('ThreadCount').extension).toBe(true);
});
