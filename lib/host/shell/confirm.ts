// Asks the person at the terminal before a change.
import { createInterface } from 'node:readline/promises';
import type { ConfirmAnswer } from '../pipeline/environment.ts';

/** Asks one question at the terminal; rejects at the end of the input. */
export type Ask = (question: string) => Promise<string>;

/** Asks with a reader of its own, for as long as the question stands. */
export async function askAlone(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

/**
 * Asks until there is an answer; the end of the input means no to all. `ask` is the shell's, which reads the terminal
 * already.
 */
export async function askConfirmation(message: string, caption: string, ask: Ask = askAlone): Promise<ConfirmAnswer> {
  process.stderr.write(`\nConfirm\n${caption}\n${message}\n`);
  try {
    while (true) {
      const answer = (await ask('[Y] Yes  [A] Yes to All  [N] No  [L] No to All  (default is "Y"): '))
        .trim()
        .toLowerCase();
      if (answer === '' || answer === 'y' || answer === 'yes') return 'yes';
      if (answer === 'a') return 'yesToAll';
      if (answer === 'n' || answer === 'no') return 'no';
      if (answer === 'l') return 'noToAll';
    }
  } catch {
    return 'noToAll';
  }
}
