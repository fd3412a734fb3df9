// The text of /?: made of the same data as the parser.

import { availabilityText, isAvailable } from './availability.ts';
import type { DismCommand, DismOption } from './command.ts';
import { wrongLine } from './command-line-error.ts';
import { type CommandFamily, commandFamilies } from './commands/index.ts';
import type { DismHelp } from './dism-line.ts';
import { globalOptions, imageIndexOption } from './global-options.ts';
import type { TargetWindows } from './target-windows.ts';

function optionText({ name, kind }: DismOption): string {
  return kind === 'flag' ? `/${name}` : `/${name}:<${kind === 'choice' ? 'word' : kind}>`;
}

function rows(entries: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(34, Math.max(...entries.map(([left]) => left.length)));
  return entries.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

function commandText({ name, operand }: DismCommand): string {
  return operand === undefined ? `/${name}` : `/${name}[:<value>]`;
}

function usage(command: DismCommand): string {
  const target: Readonly<Record<DismCommand['scope'], string>> = {
    none: '',
    image: ' /Image:<path>',
    online: ' /Online',
    imageOrOnline: ' {/Image:<path> | /Online}',
    unknown: '',
  };
  const choices = [...(command.exactlyOne ?? []), ...(command.atMostOne ?? [])];
  const words = (command.options ?? []).flatMap((option) => {
    const group = choices.find((names) => names.includes(option.name));
    if (command.operandOnly && option.name === command.operand) return [];
    if (group) {
      if (group[0] !== option.name) return [];
      const alternatives = group.map((name) => command.options?.find((one) => one.name === name));
      const text = alternatives.map((one) => (one ? optionText(one) : '')).join(' | ');
      return [command.exactlyOne?.includes(group) ? `{${text}}` : `[{${text}}]`];
    }
    const text = optionText(option);
    const shown = option.required ? text : `[${text}]`;
    return [option.repeats ? `${shown}...` : shown];
  });
  const own = command.operandOnly ? `/${command.name}:<value>` : `/${command.name}`;
  return ['DISM.exe' + target[command.scope], own, ...words].join(' ');
}

function topicLines(command: DismCommand, served: boolean, windows: TargetWindows | undefined): string[] {
  const options = (command.options ?? [])
    .filter((option) => isAvailable(option.images, windows))
    .map((option) => [optionText(option), option.help] as const);
  const images = availabilityText(command.images);
  return [
    command.help + (served ? '' : ' Not supported by this version: it answers error 50.'),
    ...(images === '' ? [] : [`For images of ${images}.`]),
    '',
    `  ${usage(command)}`,
    '',
    ...(options.length > 0 ? [...rows(options), ''] : []),
  ];
}

function familyLines(
  { title, commands }: CommandFamily,
  wanted: (command: DismCommand) => boolean,
  isServed: (command: DismCommand) => boolean,
): string[] {
  const shown = commands.filter(wanted);
  if (shown.length === 0) return [];
  const entries = shown.map(
    (command) => [commandText(command), command.help + (isServed(command) ? '' : ' (error 50)')] as const,
  );
  return [`${title.toUpperCase()}:`, '', ...rows(entries), ''];
}

/**
 * The lines of a help text. `isServed` tells which commands a cmdlet stands behind, `windows` is the image that the line
 * names: what that image does not have is left out. Throws error 87 for a topic that the image does not have.
 */
export function helpLines(
  { topic, globals: { image, online } }: DismHelp,
  isServed: (command: DismCommand) => boolean,
  windows: TargetWindows | undefined,
): string[] {
  if (topic !== undefined && !('scope' in topic)) return ['', ...rows([[optionText(topic), topic.help]]), ''];
  if (topic !== undefined) {
    if (!isAvailable(topic.images, windows))
      throw wrongLine(`No help topic could be found for the ${topic.name.toLowerCase()} option.`);
    return topicLines(topic, isServed(topic), windows);
  }
  const servicing = image !== undefined || online;
  const inScope = ({ scope }: DismCommand): boolean => {
    if (!servicing) return scope === 'none';
    return scope !== 'none' && !(online && scope === 'image') && !(image !== undefined && scope === 'online');
  };
  const wanted = (command: DismCommand): boolean => inScope(command) && isAvailable(command.images, windows);
  return [
    'DISM.exe [dism_options] {imaging_command} [<arguments>]',
    'DISM.exe {/Image:<path> | /Online} [dism_options] {servicing_command} [<arguments>]',
    '',
    ...commandFamilies.flatMap((family) => familyLines(family, wanted, isServed)),
    'DISM OPTIONS:',
    '',
    ...rows(
      [...globalOptions, ...(servicing ? [imageIndexOption] : [])].map(
        (option) => [optionText(option), option.help] as const,
      ),
    ),
    '',
    servicing
      ? 'DISM.exe /? lists the commands on image files.'
      : 'DISM.exe /Image:<path> /? lists the servicing commands.',
    'DISM.exe /<command> /? describes one command. "(error 50)" marks what this version does not support.',
    '',
  ];
}
