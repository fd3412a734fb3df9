// Add-WindowsImage: captures a directory as another image of an existing WIM.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { extension, switchParameter } from '../lib/host/parameter.ts';
import { captureToExistingFile } from '../lib/image/capture.ts';
import { captureParameters, captureRecord, captureRequest, checkCapture } from './capture-parameters.ts';
import { compressionOf, runActivity } from './image-job.ts';
import { capturedImage } from './records.ts';

const { ChunkSize: _, ...parameters } = captureParameters;

export default defineCmdlet({
  name: 'Add-WindowsImage',
  synopsis: 'Captures a directory as another image of an existing WIM file.',
  description:
    'The file keeps its compression and shares what its images have in common. It is complete at every moment: killed ' +
    'or out of disk space, it is the file it was before.',
  impact: 'medium',
  parameters: {
    ...parameters,
    Setbootable: switchParameter({
      help: 'Make it the boot image, for Windows PE.',
      pipeline: 'property',
      aliases: [extension('SB')],
    }),
    Force: switchParameter({ help: 'Capture a directory whose apply did not finish.', extension: true }),
  },
  output: capturedImage,
  examples: [
    {
      title: 'Add a second image',
      command: 'Add-WindowsImage -ImagePath data.wim -CapturePath ./newer -Name "Data, newer"',
    },
  ],
  async *process(p, ctx) {
    checkCapture(p, ctx);
    if (!(await ctx.shouldProcess(p.ImagePath, `Capture ${p.CapturePath} as a new image`))) return;
    const image = await runActivity(p, ctx, `Capturing ${p.CapturePath}`, (options) =>
      captureToExistingFile({ ...captureRequest(p, ctx, options), ...compressionOf(p) }),
    );
    yield captureRecord(image, p);
  },
});
