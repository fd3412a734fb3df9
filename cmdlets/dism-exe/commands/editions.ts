// Editions and product keys.
import { type DismCommand, flag, identity, path, text } from '../command.ts';
import { currentEdition, targetEditions } from '../layouts/editions.ts';

/** Windows PE has no editions to choose from. */
const images = { windowsPE: false };
const productKey = (name: string, help: string, parameter?: string) => text(name, help, parameter, { secret: true });

export const editionCommands: readonly DismCommand[] = [
  {
    name: 'Get-CurrentEdition',
    help: 'Tells the edition of the image.',
    scope: 'imageOrOnline',
    images,
    cmdlet: 'Get-WindowsEdition',
    layout: currentEdition,
  },
  {
    name: 'Get-TargetEditions',
    help: 'Lists the editions the image can be changed to.',
    scope: 'imageOrOnline',
    images,
    cmdlet: 'Get-WindowsEdition',
    fixed: { Target: true },
    layout: targetEditions,
  },
  {
    name: 'Set-Edition',
    help: 'Changes the image to a higher edition.',
    scope: 'imageOrOnline',
    images,
    cmdlet: 'Set-WindowsEdition',
    operand: 'Edition',
    operandOnly: true,
    options: [
      identity('Edition', 'The edition, as /Get-TargetEditions lists it.', 'Edition', { required: true }),
      productKey('ProductKey', 'The product key of that edition.'),
      path('GetEula', 'Where the license terms go.'),
      flag('AcceptEula', 'The license terms are accepted.'),
      identity('Channel', 'The channel the edition is sold through.'),
    ],
    progress: '',
  },
  {
    name: 'Set-ProductKey',
    help: 'Stores a product key in the image.',
    scope: 'image',
    images,
    cmdlet: 'Set-WindowsProductKey',
    operand: 'ProductKey',
    operandOnly: true,
    options: [{ ...productKey('ProductKey', 'Five groups of five characters.', 'ProductKey'), required: true }],
  },
];
