// Answer files.
import { type DismCommand, path } from '../command.ts';

export const unattendCommands: readonly DismCommand[] = [
  {
    name: 'Apply-Unattend',
    help: 'Applies the offlineServicing settings of one answer file.',
    scope: 'imageOrOnline',
    cmdlet: 'Use-WindowsUnattend',
    operand: 'File',
    operandOnly: true,
    options: [path('File', 'The answer file.', 'UnattendPath', { required: true })],
    progress: '',
  },
];
