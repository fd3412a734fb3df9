// The arguments of the `opendism` command: options of the host, then a script, a file, or a bare pipeline.

import { didYouMean } from './binder/near-miss.ts';
import { HostError } from './host-error.ts';

/** What the command is asked to do. */
export interface CommandLine {
  readonly mode: 'shell' | 'command' | 'file' | 'stdin' | 'version' | 'help';
  /** The script of `command`, the path of `file`. */
  readonly text: string;
  readonly args: readonly string[];
  readonly outputFormat: 'Text' | 'Json';
  readonly progress: 'Auto' | 'None' | 'Json';
  readonly errorFormat: 'Text' | 'Json';
  readonly nonInteractive: boolean;
}

const options = [
  'Command',
  'File',
  'OutputFormat',
  'Progress',
  'ErrorFormat',
  'NonInteractive',
  'NoLogo',
  'NoProfile',
  'Version',
  'Help',
] as const;
const shortForms: Readonly<Record<string, (typeof options)[number]>> = {
  c: 'Command',
  f: 'File',
  o: 'OutputFormat',
  v: 'Version',
  h: 'Help',
  '?': 'Help',
};

function optionOf(word: string): (typeof options)[number] | undefined {
  const match = /^--?([a-z?]+)$/i.exec(word);
  if (!match) return undefined;
  const name = match[1]!.toLowerCase();
  if (shortForms[name]) return shortForms[name];
  const found = options.filter((option) => option.toLowerCase().startsWith(name));
  return found.length === 1 || found.some((option) => option.toLowerCase() === name) ? found[0] : undefined;
}

/**
 * One word of a shell's command line as source text. Words that can only be data are quoted; what looks like code
 * (`{ ... }`, `$x`, `(`, `@{`, a quote) and plain words pass as they are.
 */
export function quoteWord(word: string): string {
  if (word === '') return "''";
  if (/^(\||;|&&|\|\|)$/.test(word)) return word;
  if (/^[{(@$'"[]/.test(word)) return word;
  const parameter = /^(-[\p{L}?][\p{L}\d]*:)(.*)$/su.exec(word);
  if (parameter) return parameter[2] === '' ? word : parameter[1]! + quoteWord(parameter[2]!);
  if (!/[\s;|&(){}'"`#<>$]/.test(word)) return word;
  return `'${word.replaceAll("'", "''")}'`;
}

/** Understands the arguments of the command. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  let outputFormat: CommandLine['outputFormat'] = 'Text';
  let progress: CommandLine['progress'] = 'Auto';
  let errorFormat: CommandLine['errorFormat'] = 'Text';
  let nonInteractive = false;
  const done = (mode: CommandLine['mode'], text = '', args: readonly string[] = []): CommandLine => ({
    mode,
    text,
    args,
    outputFormat,
    progress,
    errorFormat,
    nonInteractive,
  });
  const value = <T extends string>(option: string, at: number, allowed: readonly T[]): T => {
    const given = argv[at] ?? '';
    const found = allowed.find((one) => one.toLowerCase() === given.toLowerCase());
    if (!found)
      throw new HostError(
        'InvalidOption',
        `-${option} takes ${allowed.join(', ')}; not '${given}'.${didYouMean(given, allowed)}`,
        { Target: option },
      );
    return found;
  };
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === '-') return done('stdin', '', argv.slice(i + 1));
    const option = optionOf(word);
    switch (option) {
      case 'Command':
        if (argv[i + 1] === '-') return done('stdin', '', argv.slice(i + 2));
        if (argv[i + 1] === undefined)
          throw new HostError('InvalidOption', '-Command needs a script.', { Target: option });
        return done('command', argv.slice(i + 1).join(' '));
      case 'File':
        if (argv[i + 1] === undefined) throw new HostError('InvalidOption', '-File needs a path.', { Target: option });
        if (argv[i + 1] === '-') return done('stdin', '', argv.slice(i + 2));
        return done('file', argv[i + 1], argv.slice(i + 2));
      case 'OutputFormat':
        outputFormat = value(option, ++i, ['Text', 'Json']);
        break;
      case 'Progress':
        progress = value(option, ++i, ['Auto', 'None', 'Json']);
        break;
      case 'ErrorFormat':
        errorFormat = value(option, ++i, ['Text', 'Json']);
        break;
      case 'NonInteractive':
        nonInteractive = true;
        break;
      case 'NoLogo':
      case 'NoProfile':
        break;
      case 'Version':
        return done('version');
      case 'Help':
        return done('help');
      default: {
        if (word.startsWith('-')) {
          throw new HostError(
            'InvalidOption',
            `opendism has no option ${word}.${didYouMean(word.replace(/^-+/, ''), options, '-')}`,
            { Target: word },
          );
        }
        // A file to run, as `#!/usr/bin/env opendism` passes it.
        if (/\.ps1$/i.test(word)) return done('file', word, argv.slice(i + 1));
        return done('command', bareCommand(argv.slice(i)));
      }
    }
  }
  return done('shell');
}

/** A pipeline given as words; host options may follow it. */
function bareCommand(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}
