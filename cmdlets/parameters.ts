// Parameters that many cmdlets share, declared once.
import { enumeration, path, string } from '../lib/host/parameter.ts';

/** On every cmdlet of Microsoft's module: where the log goes and how much it holds. */
export const logging = {
  LogPath: path({ help: 'The log file instead of the default dism.log.', pipeline: 'property', aliases: ['LP'] }),
  LogLevel: enumeration(['Errors', 'Warnings', 'WarningsInfo'], {
    help: 'The least important lines the log keeps.',
    pipeline: 'property',
    aliases: ['LL'],
  }),
  ScratchDirectory: path({ help: 'The folder for temporary files.', pipeline: 'property' }),
};

/** On the cmdlets that service an installed Windows. */
export const windowsLocation = {
  WindowsDirectory: string({ help: 'The Windows folder, relative to the image.', pipeline: 'property' }),
  SystemDrive: path({ help: 'Where the boot manager is, when not with Windows.', pipeline: 'property' }),
};
