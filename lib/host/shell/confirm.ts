// Asks the person at the terminal before a change.
import { createInterface } from 'node:readline/promises';
import type { ConfirmAnswer } from '../pipeline/environment.ts';

/** Asks until there is an answer; the end of the input means no to all. */
export async function askConfirmation(message: string, caption: string): Promise<ConfirmAnswer> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  process.stderr.write(`\nConfirm\n${caption}\n${message}\n`);
  try {
    while (true) {
      const answer = (await terminal.question('[Y] Yes  [A] Yes to All  [N] No  [L] No to All  (default is "Y"): '))
        .trim()
        .toLowerCase();
      if (answer === '' || answer === 'y' || answer === 'yes') return 'yes';
      if (answer === 'a') return 'yesToAll';
      if (answer === 'n' || answer === 'no') return 'no';
      if (answer === 'l') return 'noToAll';
    }
  } catch {
    return 'noToAll';
  } finally {
    terminal.close();
  }
}
