// Default apps for file types.
import { type DismCommand, path } from '../command.ts';

/** Windows 8 asked first. */
const images = { since: '6.2', windowsPE: false };
const file = path('File', 'The .xml file.', undefined, { required: true });

export const defaultAssociationCommands: readonly DismCommand[] = [
  {
    name: 'Export-DefaultAppAssociations',
    help: 'Writes the default apps to a file.',
    scope: 'online',
    images,
    operand: 'File',
    operandOnly: true,
    options: [file],
  },
  {
    name: 'Import-DefaultAppAssociations',
    help: 'Sets the default apps of new users.',
    scope: 'imageOrOnline',
    images,
    operand: 'File',
    operandOnly: true,
    options: [file],
  },
  { name: 'Get-DefaultAppAssociations', help: 'Lists the default apps of new users.', scope: 'imageOrOnline', images },
  {
    name: 'Remove-DefaultAppAssociations',
    help: 'Removes the default apps of new users.',
    scope: 'imageOrOnline',
    images,
  },
];
