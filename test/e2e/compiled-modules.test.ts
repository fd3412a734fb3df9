// What the compiler made of the sources runs without them: no compiled module imports a source file.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('compiled modules import compiled modules', () => {
  const root = fileURLToPath(new URL('../../dist', import.meta.url));
  const modules = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
  expect(modules.length).toBeGreaterThan(100);
  const wrong = modules.filter((name) =>
    /(?:from|import)\s*\(?\s*['"]\.[^'"]+\.ts['"]/.test(readFileSync(join(root, name), 'utf8')),
  );
  expect(wrong).toEqual([]);
});
