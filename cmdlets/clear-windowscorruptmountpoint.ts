// Clear-WindowsCorruptMountPoint: frees what corrupted mounts hold. Nothing can be mounted yet, so that there is never
// anything to free; scripts run it before and after their work.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { baseFields } from './image-job.ts';
import { logging } from './parameters.ts';
import { baseDismObject } from './records.ts';

export default defineCmdlet({
  name: 'Clear-WindowsCorruptMountPoint',
  synopsis: 'Frees what corrupted mounts of images hold.',
  description:
    'Healthy mounts, and those that can be mounted again, stay. This version of OpenDISM cannot mount images: there is ' +
    'nothing to free, and nothing is changed.',
  impact: 'low',
  parameters: { ...logging },
  output: baseDismObject,
  examples: [{ title: 'Clean up', command: 'Clear-WindowsCorruptMountPoint' }],
  async *process(p, ctx) {
    if (await ctx.shouldProcess('Mounted images', 'Free what corrupted mounts hold'))
      yield baseDismObject(baseFields(p));
  },
});
