// Get-WindowsDriver: the drivers of a Windows image, or the devices one of them is for.
import { stat } from 'node:fs/promises';
import { string, switchParameter } from '../lib/host/parameter.ts';
import { packageInfo, storedDriverInfo } from '../lib/servicing/drivers/driver-info.ts';
import { findDriverInfs, loadDriverPackage } from '../lib/servicing/drivers/driver-package.ts';
import { listDrivers } from '../lib/servicing/drivers/list-drivers.ts';
import { advancedDriver, basicDriver, deviceFields, driverFields, packageFields } from './driver-records.ts';
import { defineServicingCmdlet } from './servicing-target.ts';

export default defineServicingCmdlet({
  name: 'Get-WindowsDriver',
  synopsis: 'Lists the drivers of a Windows image, or describes one.',
  description:
    'Gives third-party drivers, with -All those of Windows too. With -Driver gives a record for each device that a driver ' +
    'is for: of a driver in the image, or of a package on disk, then for every architecture that it declares.',
  impact: 'none',
  parameters: {
    All: switchParameter({ help: 'Also the drivers that Windows came with.', pipeline: 'property' }),
    Driver: string({
      help: 'A published name such as oem0.inf, an .inf file, or a folder with such files.',
      pipeline: 'property',
    }),
  },
  output: basicDriver,
  examples: [
    { title: 'Third-party drivers', command: 'Get-WindowsDriver -Path ./mount' },
    { title: 'The devices of one', command: 'Get-WindowsDriver -Path ./mount -Driver winusb.inf' },
    {
      title: 'The devices of a package that is not in the image',
      command: 'Get-WindowsDriver -ImagePath windows.wim -Index 1 -Driver ./drivers/disk/disk.inf',
    },
  ],
  async *service(session, p, ctx) {
    if (p.Driver === undefined) {
      for (const driver of await listDrivers(session, { all: p.All }))
        yield basicDriver(driverFields(p, session, driver));
      return;
    }
    const local = ctx.resolvePath(p.Driver);
    const isName = /^[^\\/]+$/.test(p.Driver) && !(await stat(local).catch(() => undefined));
    if (isName) {
      const { driver, devices } = await storedDriverInfo(session, p.Driver);
      for (const device of devices) {
        yield advancedDriver({ ...driverFields(p, session, driver), ...deviceFields(device) });
      }
      return;
    }
    for (const infPath of await findDriverInfs(local)) {
      const info = await packageInfo(session, await loadDriverPackage(infPath));
      for (const device of info.devices) {
        yield advancedDriver({ ...packageFields(p, session, info), ...deviceFields(device) });
      }
    }
  },
});
