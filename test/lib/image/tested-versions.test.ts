import { expect, it } from 'vitest';
import { checkTestedVersion } from '../../../lib/image/tested-versions.ts';

it.each([
  ['6.1.7601', 'WinNT', 0],
  ['10.0.26200', 'WinNT', 0],
  ['10.0.26100', 'ServerNT', 0],
  ['10.0.26201', 'WinNT', 1],
  ['10.0.26200', 'ServerNT', 1],
  ['10.0.26101', 'LanmanNT', 1],
  ['10.1.22000', undefined, 1],
  ['11.0.1', 'WinNT', 1],
])('Windows %s (%s) gives %d warnings', (text, productType, count) => {
  const [major, minor, build] = text.split('.').map(Number) as [number, number, number];
  const warnings: string[] = [];
  checkTestedVersion({ version: { major, minor, build, revision: 1 }, productType }, (said) => warnings.push(said));
  expect(warnings).toHaveLength(count);
});
