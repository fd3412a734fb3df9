// Applications installed by Windows Installer, and their patches.
import { type DismCommand, identity, path } from '../command.ts';

const productCode = identity('ProductCode', 'The GUID of the application.');

export const applicationCommands: readonly DismCommand[] = [
  {
    name: 'Check-AppPatch',
    help: 'Tells which patches (.msp) apply to the image.',
    scope: 'image',
    options: [path('PatchLocation', 'The .msp file.', undefined, { required: true, repeats: true })],
  },
  {
    name: 'Get-AppPatchInfo',
    help: 'Describes installed patches.',
    scope: 'image',
    options: [identity('PatchCode', 'The GUID of the patch.'), productCode],
  },
  { name: 'Get-AppPatches', help: 'Lists installed patches.', scope: 'image', options: [productCode] },
  { name: 'Get-AppInfo', help: 'Describes installed applications.', scope: 'image', options: [productCode] },
  { name: 'Get-Apps', help: 'Lists installed applications.', scope: 'image' },
];
