// Provisioning packages, and preparing an image for its first start.
import { type DismCommand, flag, path } from '../command.ts';

/** Provisioning packages came with Windows 10. */
const images = { since: '10.0' };
const wimBoot = { since: '6.3', before: '10.0' };
const packagePath = path('PackagePath', 'The .ppkg file.', undefined, { required: true });

export const provisioningCommands: readonly DismCommand[] = [
  {
    name: 'Add-ProvisioningPackage',
    help: 'Adds a provisioning package.',
    scope: 'imageOrOnline',
    images,
    options: [packagePath, path('CatalogPath', 'Its catalog.')],
  },
  {
    name: 'Get-ProvisioningPackageInfo',
    help: 'Describes a provisioning package.',
    scope: 'imageOrOnline',
    images,
    options: [packagePath],
  },
  {
    name: 'Optimize-Image',
    help: 'Does work of the first start beforehand.',
    scope: 'image',
    cmdlet: 'Optimize-WindowsImage',
    options: [
      { ...flag('WIMBoot', 'For WIMBoot (Windows 8.1).', 'OptimizationTarget'), value: 'WIMBoot', images: wimBoot },
      flag('Boot', 'For a faster first start.', undefined, { images }),
    ],
    exactlyOne: [['WIMBoot', 'Boot']],
    progress: '',
  },
];
