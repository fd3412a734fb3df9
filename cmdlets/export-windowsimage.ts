// Export-WindowsImage: copies images into another file.
import { DismError } from '../lib/base/error.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { enumeration, extension, path, string, switchParameter, uint32 } from '../lib/host/parameter.ts';
import { exportImages } from '../lib/image/image-file-changes.ts';
import { storageFor } from '../lib/wim/compression.ts';
import type { ImageSelector } from '../lib/wim/wim-file.ts';
import { imageIndexes, imageNames } from './complete-image.ts';
import { baseFields, compressionOf, refuseSwitches, runActivity, wimBootReason } from './image-job.ts';
import { engineLimits, logging, splitPattern, storage } from './parameters.ts';
import { changedImage } from './records.ts';

export default defineCmdlet({
  name: 'Export-WindowsImage',
  synopsis: 'Copies one or more images to a new or an existing image file.',
  description:
    'Images that the pipeline brings are copied together, in one commit. An existing file keeps its own compression; ' +
    'exporting to a new one is a way to compact or recompress.',
  impact: 'medium',
  parameters: {
    SourceImagePath: path({
      help: 'The .wim, .esd or first .swm to copy from.',
      mandatory: true,
      pipeline: 'property',
      position: extension(0),
      aliases: ['SIP', extension('ImagePath')],
    }),
    DestinationImagePath: path({
      help: 'The file to copy to; made when missing.',
      mandatory: true,
      pipeline: 'property',
      position: extension(1),
      aliases: ['DIP'],
    }),
    SourceIndex: uint32.array({
      complete: imageIndexes('SourceImagePath'),
      help: 'The images to copy, from 1.',
      mandatory: true,
      sets: ['InputByFilePathAndIndex'],
      pipeline: 'property',
      aliases: ['SI', extension('ImageIndex')],
    }),
    SourceName: string({
      complete: imageNames('SourceImagePath'),
      help: 'The image to copy, by its name.',
      mandatory: true,
      sets: ['InputByFilePathAndName'],
      pipeline: 'property',
      aliases: ['SN'],
    }),
    DestinationName: string({ help: 'Another name for the copy.', pipeline: 'property', aliases: ['DN'] }),
    CompressionType: enumeration(['None', 'Fast', 'Max', 'Maximum', 'Recovery'], {
      help: 'For a new file: None, Fast (XPRESS), Max (LZX) or Recovery (solid LZMS). Default Fast.',
      pipeline: 'property',
    }),
    Setbootable: switchParameter({
      help: 'Make the copy the boot image, for Windows PE.',
      pipeline: 'property',
      aliases: ['SB'],
    }),
    CheckIntegrity: switchParameter({
      help: 'Check the source against its integrity table, and write one to the destination.',
      pipeline: 'property',
    }),
    SplitImageFilePattern: splitPattern,
    WIMBoot: switchParameter({ help: 'Not supported: ended with Windows 8.1.', pipeline: 'property' }),
    ...logging,
    ...storage,
    ...engineLimits,
  },
  output: changedImage,
  examples: [
    {
      title: 'Recompress one image',
      command: 'Export-WindowsImage a.wim small.wim -SourceIndex 1 -CompressionType Max',
    },
    {
      title: 'Copy some images',
      command:
        'Get-WindowsImage a.wim | Where-Object ImageName -like "Pro*" | Export-WindowsImage -DestinationImagePath b.wim',
    },
  ],
  state: () => ({ sources: new Map<string, ImageSelector[]>() }),
  process(p, ctx) {
    refuseSwitches(p, { WIMBoot: wimBootReason });
    storageFor(compressionOf(p));
    const selectors = ctx.state.sources.get(p.SourceImagePath) ?? [];
    ctx.state.sources.set(p.SourceImagePath, selectors);
    if (p.SourceName !== undefined) selectors.push({ name: p.SourceName });
    for (const index of p.SourceIndex ?? []) selectors.push({ index });
    return undefined;
  },
  async *end(p, ctx) {
    if (p.DestinationName !== undefined && ctx.state.sources.size > 1) {
      throw new DismError('InvalidParameter', 'One -DestinationName cannot name the images of several files.');
    }
    for (const [sourcePath, selectors] of ctx.state.sources) {
      const what = selectors.map(({ index, name }) => index ?? `"${name}"`).join(', ');
      if (!(await ctx.shouldProcess(p.DestinationImagePath, `Copy image ${what} of ${sourcePath}`))) continue;
      const images = await runActivity(p, ctx, `Exporting ${sourcePath}`, (options) =>
        exportImages({
          ...options,
          ...compressionOf(p),
          sourcePath,
          selectors,
          destinationPath: p.DestinationImagePath,
          destinationName: p.DestinationName,
          setBootable: p.Setbootable,
          checkIntegrity: p.CheckIntegrity,
          writeIntegrity: p.CheckIntegrity,
          splitImageFilePattern: p.SplitImageFilePattern,
          onFileWarning: ctx.warning,
        }),
      );
      for (const image of images) {
        yield changedImage({
          ImagePath: p.DestinationImagePath,
          ImageIndex: image.index,
          ImageName: image.name,
          ImageDescription: image.description,
          ...baseFields(p),
        });
      }
    }
  },
});
