// The words of a DISM.exe command line: splitting by the rules of Windows, and `/Option:value`.
import { wrongLine } from './command-line-error.ts';

/** One argument: `/Name`, `/Name:value` or `/Name=value`. */
export interface DismArgument {
  /** As written, without the slash. */
  readonly name: string;
  /** undefined without a separator. */
  readonly value: string | undefined;
}

/**
 * Splits a line as Windows programs do: blanks separate, quotes hold together, a backslash is special only before a
 * quote (`\"` is a quote, `\\"` a backslash and the end of the quotes), `""` inside quotes is a quote.
 */
export function splitCommandLine(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (char === '\\') {
      let end = at;
      while (line[end] === '\\') end++;
      const count = end - at;
      const beforeQuote = line[end] === '"';
      word = (word ?? '') + '\\'.repeat(beforeQuote ? count >> 1 : count);
      if (beforeQuote && count % 2 === 1) {
        word += '"';
        end++;
      }
      at = end - 1;
    } else if (char === '"') {
      if (quoted && line[at + 1] === '"') {
        word = (word ?? '') + '"';
        at++;
      } else {
        quoted = !quoted;
        word ??= '';
      }
    } else if (!quoted && /[ \t\r\n]/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** A value without the quotes that a shell of another system left around it. */
function unquoted(value: string): string {
  const inner = /^"(.*)"$/s.exec(value);
  if (inner) return inner[1]!;
  // "C:\mount\" ends in an escaped quote by the rules above: nobody means that quote.
  return value.replace(/^"|"$/g, '');
}

/** Takes an argument apart. Throws error 87 for what is no option. */
export function parseArgument(argument: string): DismArgument {
  const match = /^[/-]([^:=]+)(?:[:=](.*))?$/s.exec(argument);
  if (!match) throw wrongLine(`DISM doesn't recognize the command-line option "${argument}".`);
  const [, name = '', value] = match;
  return { name: name.trim(), value: value === undefined ? undefined : unquoted(value) };
}
