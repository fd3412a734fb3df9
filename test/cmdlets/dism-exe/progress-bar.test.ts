// The bar of DISM.exe: its full form is that of a published capture, the others have the same width.
import { expect, it } from 'vitest';
import { barText, ProgressBar } from '../../../cmdlets/dism-exe/progress-bar.ts';

it('has the width and the middle of the captures', () => {
  expect(barText(1)).toBe('[==========================100.0%==========================]');
  expect(barText(0.1)).toBe('[=====                      10.0%                          ]');
  expect(barText(0.045)).toBe('[==                         4.5%                           ]');
  for (let step = 0; step <= 1000; step++) expect(barText(step / 1000)).toHaveLength(60);
});

function shown(isTerminal: boolean, fractions: readonly number[]): string {
  let text = '';
  const bar = new ProgressBar((piece) => (text += piece), isTerminal, '\n');
  for (const fraction of fractions) bar.report({ Activity: 'a', CompletedBytes: fraction * 1000, TotalBytes: 1000 });
  bar.finish();
  return text;
}

it('is a line for each percent where output is kept, and never goes back', () => {
  const lines = shown(false, [0.1, 0.102, 0.5, 0.2, 1]).trimEnd().split('\n');
  expect(lines).toEqual([0.1, 0.5, 0.999, 1].map(barText));
});

it('is one line on a terminal', () => {
  const text = shown(true, [0.1, 0.102, 0.5]);
  expect(text.split('\n')).toHaveLength(2);
  expect(
    text
      .split('\r')
      .slice(1)
      .map((piece) => piece.trim()),
  ).toEqual([0.1, 0.102, 0.5, 1].map(barText));
});
