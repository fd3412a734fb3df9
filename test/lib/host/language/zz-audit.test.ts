import { readFileSync, writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { textOf } from '../../../../lib/host/value/text.ts';
import { runScript } from '../session-fixture.ts';
it('audit', { timeout: 300000 }, async () => {
  const blocks = readFileSync('/tmp/lang/cases.txt', 'utf8').split('\n---\n').filter((b) => b.trim() !== '');
  let out = '';
  for (const block of blocks) {
    const [script, expected] = block.split('\n=> ');
    const { values, errors, thrown, text } = await runScript(script!);
    const got = values.map((v) => textOf(v)).join('|') + (errors.length ? ` ERR ${errors.join(' / ')}` : '') + (thrown ? ` THROWN ${thrown}` : '');
    if (expected === 'TEXT') out += `TEXT ${script}\n${text}\n\n`;
    else if (got !== (expected ?? '').trimEnd()) out += `SCRIPT ${script}\n  want ${expected}\n  got  ${got}\n`;
  }
  writeFileSync('/tmp/lang/out.txt', out + `${blocks.length} cases\n`);
});
