// Export-WindowsDriver: copies third-party drivers of an image to a folder.
import { path } from '../lib/host/parameter.ts';
import { exportDriver } from '../lib/servicing/drivers/export-driver.ts';
import { listDrivers } from '../lib/servicing/drivers/list-drivers.ts';
import { driverFields, exportedDriver } from './driver-records.ts';
import { defineServicingCmdlet } from './servicing-target.ts';

export default defineServicingCmdlet({
  name: 'Export-WindowsDriver',
  synopsis: 'Copies the third-party drivers of a Windows image to a folder.',
  description:
    'Each driver becomes a folder with the name it has in the driver store, byte for byte; Add-WindowsDriver takes it from ' +
    'there. The image is not changed.',
  impact: 'none',
  parameters: {
    Destination: path({ help: 'The folder to copy to; default: the current one.', pipeline: 'property' }),
  },
  output: exportedDriver,
  examples: [
    { title: 'All third-party drivers', command: 'Export-WindowsDriver -Path ./mount -Destination ./exported' },
  ],
  async *service(session, p, ctx) {
    const destination = p.Destination ?? ctx.cwd;
    for (const driver of await listDrivers(session)) {
      const FullName = await exportDriver(session, driver, destination);
      yield exportedDriver({ ...driverFields(p, session, driver), FullName });
    }
  },
});
