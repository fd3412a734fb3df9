// Export-WindowsImageContent: chosen files and folders out of an image.
import { DismError } from '../lib/base/error.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { extension, path, string, switchParameter } from '../lib/host/parameter.ts';
import { extractPaths, findPaths, imagePath, isPattern } from '../lib/image/image-content.ts';
import { WimFile } from '../lib/wim/wim-file.ts';
import { baseFields, runActivity, selectorOf } from './image-job.ts';
import { engineLimits, imageSelection, logging, splitPattern } from './parameters.ts';
import { appliedImage } from './records.ts';

export default defineCmdlet({
  name: 'Export-WindowsImageContent',
  synopsis: 'Copies chosen files and folders of an image to a directory, or one file to standard output.',
  description:
    'Paths begin at the root of the image. In a pattern, * and ? stay within a folder and ** crosses folders. A folder ' +
    'brings all that is below it.',
  impact: 'medium',
  parameters: {
    ImagePath: path({ help: 'The image file.', mandatory: true, pipeline: 'property', position: extension(0) }),
    Path: string.array({
      help: 'The files and folders, such as \\Windows\\System32\\*.dll.',
      mandatory: true,
      pipeline: 'property',
      position: extension(1),
      aliases: [extension('FullName')],
      wildcards: true,
    }),
    ...imageSelection,
    Destination: path({ help: 'The directory to copy to; made when missing.', position: extension(2) }),
    ToStandardOutput: switchParameter({ help: 'Write the bytes of the one file to standard output.' }),
    StreamName: string({ help: 'A named stream of the file instead of its content; with -ToStandardOutput.' }),
    SplitImageFilePattern: splitPattern,
    ...logging,
    ...engineLimits,
  },
  output: appliedImage,
  examples: [
    {
      title: 'Copy some files',
      command: 'Export-WindowsImageContent a.wim "\\Windows\\inf\\*.inf" -Index 1 -Destination inf',
    },
    { title: 'Read one', command: 'Export-WindowsImageContent a.wim \\readme.txt -Index 1 -ToStandardOutput' },
  ],
  state: () => ({ paths: [] as string[] }),
  process(p, ctx) {
    const { Destination, ToStandardOutput, Path = [] } = p;
    if ((Destination === undefined) === !ToStandardOutput) {
      throw usage('Give either -Destination or -ToStandardOutput.');
    }
    if (p.StreamName !== undefined && !ToStandardOutput) throw usage('-StreamName needs -ToStandardOutput.');
    ctx.state.paths.push(...Path);
    if (ToStandardOutput && (ctx.state.paths.length !== 1 || ctx.state.paths.some(isPattern))) {
      throw usage('-ToStandardOutput needs the path of one file, without wildcards.');
    }
    return undefined;
  },
  async *end(p, ctx) {
    const { Destination, ImagePath } = p;
    const [first] = ctx.state.paths;
    if (first === undefined) return;
    if (Destination !== undefined) {
      const what = ctx.state.paths.join(', ');
      if (!(await ctx.shouldProcess(Destination, `Copy ${what} of ${ImagePath}`))) return;
    }
    const outcome = await runActivity(p, ctx, `Reading ${ImagePath}`, async (options) => {
      await using file = await WimFile.open(ImagePath, { ...options, splitImageFilePattern: p.SplitImageFilePattern });
      for (const warning of file.warnings) ctx.warning(warning);
      await using image = await file.openImage(selectorOf(p), options);
      if (Destination === undefined) {
        for await (const bytes of image.read(imagePath(first), p.StreamName, options)) {
          await ctx.binaryOutput.write(bytes);
        }
        return undefined;
      }
      const paths = await findPaths(image, ctx.state.paths, options);
      return { ...(await extractPaths(image, paths, Destination, options)), index: image.index, name: image.name };
    });
    if (outcome === undefined || Destination === undefined) return;
    yield appliedImage({
      Path: Destination,
      ImagePath,
      ImageIndex: outcome.index,
      ImageName: outcome.name,
      DirectoryCount: outcome.directoryCount,
      FileCount: outcome.fileCount,
      WrittenBytes: outcome.bytes,
      SkippedCount: outcome.skippedCount,
      ...baseFields(p),
    });
  },
});

function usage(message: string): DismError {
  return new DismError('InvalidParameter', message);
}
