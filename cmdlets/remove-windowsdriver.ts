// Remove-WindowsDriver: takes third-party drivers out of Windows images.
import { string } from '../lib/host/parameter.ts';
import { removeDriver } from '../lib/servicing/drivers/remove-driver.ts';
import { imageFields } from './driver-records.ts';
import { imageObject } from './records.ts';
import { defineServicingCmdlet } from './servicing-target.ts';

export default defineServicingCmdlet({
  name: 'Remove-WindowsDriver',
  synopsis: 'Removes third-party drivers from a Windows image.',
  description:
    'Takes the package out of the driver store, with the services and files it brought. Drivers of Windows itself are ' +
    'refused. A file that a driver replaced does not come back.',
  impact: 'medium',
  offlineOnly: true,
  action: 'Remove drivers',
  parameters: {
    Driver: string.array({
      help: 'Published names such as oem0.inf.',
      mandatory: true,
      pipeline: 'property',
    }),
  },
  output: imageObject,
  examples: [{ title: 'One driver', command: 'Remove-WindowsDriver -Path ./mount -Driver oem0.inf' }],
  async *service(session, p) {
    for (const name of p.Driver) await removeDriver(session, name);
    yield imageObject(imageFields(p, session));
  },
});
