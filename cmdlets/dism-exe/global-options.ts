// The options that go with every command.
import { choice, type DismOption, flag, number, path, text } from './command.ts';
import { wrongLine } from './command-line-error.ts';
import type { OptionValues } from './option-values.ts';

/** What the global options of a line say. */
export interface GlobalOptions {
  /** The root of the offline image, or an image file, as written. */
  readonly image: string | undefined;
  /** The images meant where the image is a file. */
  readonly imageIndexes: readonly number[];
  readonly online: boolean;
  /** The Windows folder, relative to the image. */
  readonly windowsDirectory: string | undefined;
  readonly systemDrive: string | undefined;
  readonly logPath: string | undefined;
  /** 1 errors, 2 warnings, 3 information, 4 debugging. */
  readonly logLevel: 1 | 2 | 3 | 4;
  readonly quiet: boolean;
  readonly noRestart: boolean;
  readonly scratchDirectory: string | undefined;
  readonly table: boolean;
}

export const globalOptions: readonly DismOption[] = [
  path('Image', 'The root directory of an offline image.'),
  flag('Online', 'The running Windows.'),
  text('WinDir', 'The Windows folder, relative to the image.'),
  path('SysDriveDir', 'Where the boot manager is.'),
  path('LogPath', 'The log file.'),
  choice('LogLevel', '1 errors, 2 and warnings, 3 and information (default), 4 and debugging.', {
    '1': 1,
    '2': 2,
    '3': 3,
    '4': 4,
  }),
  flag('Quiet', 'Print errors only.'),
  flag('NoRestart', 'Do not restart, and do not ask to.'),
  path('ScratchDir', 'The folder for temporary files.'),
  flag('English', 'Print English; the output is always English.'),
  choice('Format', 'List (default) or Table.', { list: 'List', table: 'Table' }),
];

/** With servicing commands, where `/Image` names an image file: an addition of OpenDISM. */
export const imageIndexOption: DismOption = {
  ...number('Index', 'Of an image file as /Image: the image, from 1. Only OpenDISM has this.'),
  repeats: true,
};

/** In the binary of Windows, without documentation: known, and not supported. */
export const undocumentedOptions: readonly string[] = ['External', 'Provider', 'Sandbox', 'ShowTags'];

/** Reads the global options of a line. Throws error 87 for combinations that make no sense. */
export function readGlobalOptions(values: OptionValues): GlobalOptions {
  const online = values.has('Online');
  if (online && (values.has('Image') || values.has('WinDir'))) {
    throw wrongLine(
      'Do not use the /Image or /WinDir option when using the /Online option to specify a running operating system.',
      'For more information, refer to the help by running DISM.exe /Online /?.',
    );
  }
  if (values.has('WinDir') && !values.has('Image')) {
    throw wrongLine(
      'The option /WinDir is not recognized in this context. It can only be used with an offline image.',
      'For more information, refer to the help by running DISM.exe /WinDir /?.',
    );
  }
  return {
    image: values.first('Image'),
    imageIndexes: values.all('Index').map(Number),
    online,
    windowsDirectory: values.first('WinDir'),
    systemDrive: values.first('SysDriveDir'),
    logPath: values.first('LogPath'),
    logLevel: Number(values.first('LogLevel') ?? 3) as 1 | 2 | 3 | 4,
    quiet: values.has('Quiet'),
    noRestart: values.has('NoRestart'),
    scratchDirectory: values.first('ScratchDir'),
    table: values.first('Format')?.toLowerCase() === 'table',
  };
}
