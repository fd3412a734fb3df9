// A question that nothing may go on before: read from the terminal while everything else stands still.
import { readSync, writeSync } from 'node:fs';
import type { InquireAnswer } from '../pipeline/inquire.ts';

const choices =
  '[Y] Yes  [A] Yes to All  [H] Halt Command  [S] Suspend (not available here)  [?] Help (default is "Y"): ';
const help = `Y - Goes on with the command.
A - Goes on, and does not ask again in this command.
H - Ends the command.
S - Would open a shell inside the command; there is none here.
`;
const interrupt = '\x03';
const endOfInput = '\x04';

function show(text: string): void {
  writeSync(2, text);
}

/** One character typed; undefined at the end of the input. */
function readCharacter(): string | undefined {
  const bytes = Buffer.alloc(1);
  while (true) {
    try {
      if (readSync(0, bytes, 0, 1, null) === 0) return undefined;
      return bytes.toString('latin1');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return undefined;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

/** A line as typed, echoed; undefined for Ctrl+C, Ctrl+D and the end of the input. */
function readLine(): string | undefined {
  let line = '';
  while (true) {
    const c = readCharacter();
    if (c === undefined || c === interrupt || c === endOfInput) {
      show('\n');
      return undefined;
    }
    if (c === '\r' || c === '\n') {
      show('\n');
      return line;
    }
    if (c === '\x7f' || c === '\b') {
      if (line !== '') show('\b \b');
      line = line.slice(0, -1);
    } else if (c >= ' ') {
      show(c);
      line += c;
    }
  }
}

/** Asks at the terminal on standard input whether to go on after a message. */
export function askAtTerminal(message: string): InquireAnswer {
  const terminal = process.stdin;
  const wasRaw = terminal.isRaw;
  // Unless the terminal is raw, Ctrl+C would be a signal that nobody hears before the answer.
  if (!wasRaw) terminal.setRawMode?.(true);
  try {
    show(`\nConfirm\n${message}\n`);
    while (true) {
      show(choices);
      const answer = readLine()?.trim().toLowerCase();
      if (answer === undefined || answer === 'h' || answer === 'halt') return 'halt';
      if (answer === '' || answer === 'y' || answer === 'yes') return 'yes';
      if (answer === 'a') return 'yesToAll';
      if (answer === '?') show(help);
    }
  } finally {
    if (!wasRaw) terminal.setRawMode?.(false);
  }
}
