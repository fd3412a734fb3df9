// Get-WindowsImageContent: the files of an image, as a stream.
import { FileTime } from '../lib/base/file-time.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { extension, path } from '../lib/host/parameter.ts';
import { attributeNames, reparseTagName } from '../lib/image/entry-text.ts';
import type { ListedEntry } from '../lib/native/entry-batch.ts';
import { WimFile } from '../lib/wim/wim-file.ts';
import type { WimImage } from '../lib/wim/wim-image.ts';
import { endActivity, engineOptions, selectorOf } from './image-job.ts';
import { engineLimits, imageSelection, logging } from './parameters.ts';
import { type ImageContent, imageContent } from './records.ts';

function digest(bytes: Uint8Array): string {
  return bytes.every((byte) => byte === 0) ? '' : Buffer.from(bytes).toString('hex').toUpperCase();
}

function contentRecord(entry: ListedEntry, image: WimImage): ImageContent {
  return imageContent({
    FullName: entry.path,
    Name: entry.path.slice(entry.path.lastIndexOf('\\') + 1),
    Length: entry.size,
    Attributes: attributeNames(entry.attributes),
    CreationTime: new FileTime(entry.creationTime),
    LastAccessTime: new FileTime(entry.lastAccessTime),
    LastWriteTime: new FileTime(entry.lastWriteTime),
    ShortName: entry.shortName,
    Hash: digest(entry.digest),
    LinkId: entry.linkId === 0n ? '' : `0x${entry.linkId.toString(16).toUpperCase().padStart(16, '0')}`,
    ReparseTag: reparseTagName(entry.reparseTag),
    Streams: entry.streams.map((stream) => ({ Name: stream.name, Length: stream.size, Hash: digest(stream.digest) })),
    SecurityDescriptor: Buffer.from(image.securityDescriptor(entry.securityId) ?? []).toString('base64'),
  });
}

export default defineCmdlet({
  name: 'Get-WindowsImageContent',
  synopsis: 'Lists the files and folders of an image.',
  description:
    'Yields a record for each entry, parents before children. As text a record is the path that Microsoft’s cmdlet prints.',
  impact: 'none',
  parameters: {
    ImagePath: path({ help: 'The image file.', mandatory: true, pipeline: 'property', position: extension(0) }),
    ...imageSelection,
    SplitImageFilePattern: path({
      help: 'Where the other parts of a split image are, such as install*.swm.',
      extension: true,
    }),
    ...logging,
    ...engineLimits,
  },
  output: imageContent,
  examples: [
    {
      title: 'Find large files',
      command: 'Get-WindowsImageContent -ImagePath install.wim -Index 1 | Where-Object Length -gt 1MB',
    },
  ],
  async *process(p, ctx) {
    const activity = `Listing ${p.ImagePath}`;
    const options = engineOptions(p, ctx, activity);
    try {
      await using file = await WimFile.open(p.ImagePath, {
        ...options,
        splitImageFilePattern: p.SplitImageFilePattern,
      });
      for (const warning of file.warnings) ctx.warning(warning);
      await using image = await file.openImage(selectorOf(p), options);
      for await (const batch of image.entryBatches(options)) {
        // Microsoft's list begins below the root.
        for (const entry of batch) if (entry.path !== '\\' && entry.path !== '') yield contentRecord(entry, image);
      }
    } finally {
      endActivity(ctx, activity);
    }
  },
});
