// Optimize-WindowsImageFile: rebuilds a WIM without dead space, with another compression when asked.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { enumeration, extension, path } from '../lib/host/parameter.ts';
import { rebuildFile } from '../lib/image/image-file-changes.ts';
import { compressionTypes, storageFor } from '../lib/wim/compression.ts';
import { baseFields, compressionOf, runActivity } from './image-job.ts';
import { engineLimits, logging, storage, writeIntegrity } from './parameters.ts';
import { rebuiltFile } from './records.ts';

export default defineCmdlet({
  name: 'Optimize-WindowsImageFile',
  synopsis: 'Rebuilds a WIM file: gives back the space of removed images, and can change the compression.',
  description:
    'The new file is written beside the old one and replaces it at the end. All images stay as they are. What has the ' +
    'wanted compression and chunk size already is copied as it is, unless -CompressionLevel asks to compress it anew.',
  impact: 'medium',
  parameters: {
    ImagePath: path({ help: 'The .wim or .esd file.', mandatory: true, pipeline: 'property', position: extension(0) }),
    CompressionType: enumeration(compressionTypes, {
      help: 'None, Fast (XPRESS), Max (LZX) or Recovery (solid LZMS). Default: as it is.',
    }),
    CheckIntegrity: writeIntegrity,
    ...logging,
    ...storage,
    ...engineLimits,
  },
  output: rebuiltFile,
  examples: [
    { title: 'Give back dead space', command: 'Optimize-WindowsImageFile data.wim' },
    { title: 'Compress better', command: 'Optimize-WindowsImageFile data.wim -CompressionType Max' },
    {
      title: 'Compress anew, as well as can be',
      command: 'Optimize-WindowsImageFile data.wim -CompressionLevel Extreme',
    },
  ],
  async *process(p, ctx) {
    const compression = compressionOf(p);
    if (compression.type !== undefined) storageFor(compression);
    if (!(await ctx.shouldProcess(p.ImagePath, 'Rebuild'))) return;
    const rebuilt = await runActivity(p, ctx, `Rebuilding ${p.ImagePath}`, (options) =>
      rebuildFile(p.ImagePath, {
        ...options,
        ...compression,
        recompress: ctx.isBound('CompressionLevel'),
        writeIntegrity: p.CheckIntegrity,
        onFileWarning: ctx.warning,
      }),
    );
    yield rebuiltFile({
      ImagePath: p.ImagePath,
      ImageCount: rebuilt.imageCount,
      SizeBefore: rebuilt.sizeBefore,
      SizeAfter: rebuilt.sizeAfter,
      ...baseFields(p),
    });
  },
});
