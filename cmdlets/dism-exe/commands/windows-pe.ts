// Images of Windows PE.
import { choice, type DismCommand, text } from '../command.ts';

const sizes = { '32': 32, '64': 64, '128': 128, '256': 256, '512': 512 };

/** 3 to 32 characters: a drive from C on, no blanks, quotes, `.` and `..`. */
const targetPath = /^(?=.{3,32}$)[c-z]:\\(?:(?!\.{1,2}(?:\\|$))[^\s"\\]+\\?)*$/i;

/** Profiles went with Windows 8.1. */
const profiling = { windowsPE: true, before: '6.3' };

const commands: readonly DismCommand[] = [
  { name: 'Get-PESettings', help: 'Reports the settings of a Windows PE image.', scope: 'image' },
  {
    name: 'Get-Profiling',
    help: 'Tells whether profiling is on (before Windows 8.1).',
    scope: 'image',
    images: profiling,
  },
  { name: 'Get-ScratchSpace', help: 'Tells the size of the scratch space.', scope: 'image' },
  { name: 'Get-TargetPath', help: 'Tells the drive of the running image.', scope: 'image' },
  {
    name: 'Set-ScratchSpace',
    help: 'Sets the size of the scratch space.',
    scope: 'image',
    operand: 'Size',
    operandOnly: true,
    options: [choice('Size', 'In MB: 32, 64, 128, 256 or 512.', sizes, undefined, { required: true })],
  },
  {
    name: 'Set-TargetPath',
    help: 'Sets the drive of the running image.',
    scope: 'image',
    operand: 'Path',
    operandOnly: true,
    options: [text('Path', 'Such as X:\\.', undefined, { required: true, form: targetPath })],
  },
  { name: 'Enable-Profiling', help: 'Turns profiling on (before Windows 8.1).', scope: 'image', images: profiling },
  { name: 'Disable-Profiling', help: 'Turns profiling off (before Windows 8.1).', scope: 'image', images: profiling },
  {
    name: 'Apply-Profiles',
    help: 'Removes what the profiles do not need (before Windows 8.1).',
    scope: 'image',
    images: profiling,
    operand: 'Profiles',
    operandOnly: true,
    options: [text('Profiles', 'The files, separated by commas.', undefined, { required: true })],
  },
];

export const windowsPeCommands: readonly DismCommand[] = commands.map((command) => ({
  images: { windowsPE: true },
  ...command,
}));
