// Tables of scripts with the output that PowerShell 7 documents for them.
import { describe, expect, it } from 'vitest';
import { textOf } from '../../../../lib/host/value/text.ts';
import { runScript } from '../session-fixture.ts';

/** A script, and its output values as text joined by `|`. */
export type ScriptCase = readonly [script: string, output: string];

/** One test for each script: it gives this output, reports no error and throws nothing. */
export function describeScripts(title: string, groups: Readonly<Record<string, readonly ScriptCase[]>>): void {
  for (const [group, cases] of Object.entries(groups)) {
    describe(`${title}: ${group}`, () => {
      it.each(cases)('%s', async (script, output) => {
        const { values, errors, thrown } = await runScript(script);
        const text = values.map((value) => textOf(value)).join('|');
        expect({ output: text, errors, thrown }).toEqual({ output, errors: [], thrown: undefined });
      });
    });
  }
}
