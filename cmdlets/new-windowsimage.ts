// New-WindowsImage: captures a directory to a new WIM.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { enumeration, switchParameter } from '../lib/host/parameter.ts';
import { captureToNewFile } from '../lib/image/capture.ts';
import { compressionTypes, storageFor } from '../lib/wim/compression.ts';
import { captureParameters, captureRecord, captureRequest, checkCapture } from './capture-parameters.ts';
import { compressionOf, runActivity } from './image-job.ts';
import { capturedImage } from './records.ts';

export default defineCmdlet({
  name: 'New-WindowsImage',
  synopsis: 'Captures a directory to a new WIM file.',
  description:
    'An entry that cannot be captured is a warning with its path and the reason, and counted as SkippedCount; with ' +
    '-ErrorAction Stop it ends the command, and no file is written.\n\n' +
    'With SOURCE_DATE_EPOCH in the environment the file depends on nothing but the content of the directory.',
  impact: 'medium',
  parameters: {
    ...captureParameters,
    CompressionType: enumeration(compressionTypes, {
      help: 'None, Fast (XPRESS), Max (LZX), or Recovery (solid LZMS, for .esd files). Default Fast.',
      pipeline: 'property',
    }),
    Setbootable: switchParameter({
      help: 'Make it the boot image, for Windows PE.',
      pipeline: 'property',
      aliases: ['SB'],
    }),
    Force: switchParameter({
      help: 'Replace an existing file; capture a directory whose apply did not finish.',
      extension: true,
    }),
  },
  output: capturedImage,
  examples: [
    {
      title: 'Capture a directory',
      command: 'New-WindowsImage -ImagePath data.wim -CapturePath ./data -Name Data -CompressionType Max',
    },
  ],
  async *process(p, ctx) {
    checkCapture(p, ctx);
    const compression = compressionOf(p);
    storageFor(compression);
    if (!(await ctx.shouldProcess(p.ImagePath, `Capture ${p.CapturePath} to a new image file`))) return;
    const image = await runActivity(p, ctx, `Capturing ${p.CapturePath}`, (options) =>
      captureToNewFile({ ...captureRequest(p, ctx, options), ...compression }),
    );
    yield captureRecord(image, p);
  },
});
