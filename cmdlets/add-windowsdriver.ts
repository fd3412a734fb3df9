// Add-WindowsDriver: adds driver packages to Windows images.
import { DismError } from '../lib/base/error.ts';
import { any, path, switchParameter } from '../lib/host/parameter.ts';
import { addDrivers } from '../lib/servicing/drivers/add-drivers.ts';
import { borrowDriver, type DriverInImage } from '../lib/servicing/drivers/borrow-driver.ts';
import { getStoredDriver } from '../lib/servicing/drivers/list-drivers.ts';
import { addedDriver, driverFields } from './driver-records.ts';
import { defineServicingCmdlet } from './servicing-target.ts';

/** What an object of the pipeline means: a local file or folder, or a driver in an image of a WIM. */
function sourceOf(value: unknown): string | DriverInImage | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const { FullName, OriginalFileName, ImagePath, ImageIndex } = value as Record<string, unknown>;
  const found = FullName ?? OriginalFileName;
  if (typeof found !== 'string' || found === '') return undefined;
  const isInImage = FullName === undefined && typeof ImagePath === 'string' && ImagePath !== '';
  if (!isInImage || typeof ImageIndex !== 'number') return found;
  return { imagePath: ImagePath, index: ImageIndex, infPath: found };
}

export default defineServicingCmdlet({
  name: 'Add-WindowsDriver',
  synopsis: 'Adds third-party driver packages to a Windows image.',
  description:
    'The packages go into the driver store as Windows would put them there; boot-critical ones are installed, others wait ' +
    'for their device. A package that the image has already changes nothing. In a folder, packages that are not for this ' +
    'Windows, are not signed or are damaged are left out with a warning. All input for one target is one commit. ' +
    'For Windows 7 and older the index of the driver store cannot be written: there the packages are announced through ' +
    'DevicePath, and boot-critical ones are installed.',
  impact: 'medium',
  offlineOnly: true,
  action: 'Add drivers',
  parameters: {
    Driver: path.array({
      help: 'INF files, or folders with them, in the order in which they are added.',
      pipeline: 'property',
    }),
    Recurse: switchParameter({ help: 'Also search folders below.', pipeline: 'property' }),
    ForceUnsigned: switchParameter({
      help: 'Add packages that are not signed to 64-bit images.',
      pipeline: 'property',
    }),
    BasicDriverObject: any({
      help: 'A path, a file, or a driver of Get- or Export-WindowsDriver.',
      pipeline: 'value',
    }),
    AdvancedDriverObject: any({ help: 'The same, from Get-WindowsDriver -Driver.', pipeline: 'value' }),
  },
  output: addedDriver,
  examples: [
    { title: 'One package', command: 'Add-WindowsDriver -Path ./mount -Driver ./drivers/disk/disk.inf' },
    {
      title: 'All packages of a folder, into an image of a WIM file',
      command: 'Add-WindowsDriver -ImagePath windows.wim -Index 1 -Driver ./drivers -Recurse',
    },
  ],
  check(p) {
    if (p.Driver !== undefined || sourceOf(p.BasicDriverObject ?? p.AdvancedDriverObject) !== undefined) return;
    throw new DismError('InvalidParameter', 'Say which driver: give -Driver an .inf file or a folder.', {
      Target: 'Driver',
    });
  },
  async *service(session, p, ctx) {
    const piped = sourceOf(p.BasicDriverObject ?? p.AdvancedDriverObject);
    const given = typeof piped === 'object' ? await borrowDriver(session, piped) : piped && ctx.resolvePath(piped);
    const paths = given === undefined ? (p.Driver ?? []) : [given];
    const options = {
      recurse: p.Recurse,
      forceUnsigned: p.ForceUnsigned,
      onSkipped: (infPath: string, error: Error) => {
        ctx.log.warning(`${infPath} was left out: ${error.message}`);
        ctx.leftOut(error);
      },
    };
    for (const one of paths) {
      for await (const added of addDrivers(session, one, options)) {
        if (added.outcome === 'present')
          ctx.verbose(`${added.publishedName} is this very package: nothing is changed.`);
        yield addedDriver({
          ...driverFields(p, session, await getStoredDriver(session, added.publishedName)),
          Outcome: added.outcome === 'added' ? 'Added' : 'Present',
          SourcePath: added.infPath,
          Services: added.services,
          Files: added.files,
        });
      }
    }
  },
});
