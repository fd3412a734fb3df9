// Which Windows images have a command or an option: what DISM.exe knows depends on the image it works on.
import type { Availability, DismCommand } from './command.ts';
import { unknownOption, wrongContext } from './command-line-error.ts';
import type { OptionValues } from './option-values.ts';
import type { TargetWindows } from './target-windows.ts';

/** Whether a version is older than the numbers of a text, which may leave out its last parts. */
function isOlder(version: readonly number[], text: string): boolean {
  for (const [at, part] of text.split('.').map(Number).entries()) {
    const ours = version[at] ?? 0;
    if (ours !== part) return ours < part;
  }
  return false;
}

/** Whether an image has it. An image that could not be identified has everything: the cmdlet is to judge it. */
export function isAvailable(availability: Availability | undefined, windows: TargetWindows | undefined): boolean {
  if (availability === undefined || windows === undefined) return true;
  const { windowsPE, since, before } = availability;
  if (windowsPE !== undefined && windowsPE !== windows.isWindowsPE) return false;
  if (since !== undefined && isOlder(windows.version, since)) return false;
  return before === undefined || isOlder(windows.version, before);
}

/** `Windows PE before 6.3`: the images that have it, for people; empty for every image. */
export function availabilityText({ windowsPE, since, before }: Availability = {}): string {
  const kind = windowsPE === undefined ? 'Windows' : windowsPE ? 'Windows PE' : 'Windows, not Windows PE,';
  const words = [since === undefined ? '' : ` ${since} and later`, before === undefined ? '' : ` before ${before}`];
  const text = kind + words.filter((word) => word !== '').join(',');
  return text === 'Windows' ? '' : text.replace(/,$/, '');
}

/** Throws error 87 for a command that the image does not have, or an option of it. */
export function checkAvailability(
  { name, images, options }: DismCommand,
  values: OptionValues,
  windows: TargetWindows | undefined,
): void {
  if (!isAvailable(images, windows)) throw unknownOption(name);
  const missing = options?.find((option) => values.has(option.name) && !isAvailable(option.images, windows));
  if (missing) throw wrongContext(missing.name);
}
