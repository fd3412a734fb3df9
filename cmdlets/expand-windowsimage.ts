// Expand-WindowsImage: applies an image to a directory.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { extension, path, switchParameter } from '../lib/host/parameter.ts';
import { applyImage } from '../lib/image/apply.ts';
import { baseFields, noteSupportEa, refuseSwitches, runActivity, selectorOf, wimBootReason } from './image-job.ts';
import { engineLimits, imageSelection, logging, readIntegrity, splitPattern, unixMetadata } from './parameters.ts';
import { appliedImage } from './records.ts';

const refused = {
  WIMBoot: wimBootReason,
  Compact: 'only Windows can write its compressed files.',
  ConfirmTrustedFile: 'only Windows PE can check that the files of an image are trusted.',
};

export default defineCmdlet({
  name: 'Expand-WindowsImage',
  synopsis: 'Applies an image to a directory.',
  description:
    'What the file system cannot hold is kept in a side-car (<directory>.opendism) and comes back when the directory is ' +
    'captured. An entry that cannot be applied is a warning with its path and the reason, and counted as SkippedCount; ' +
    'with -ErrorAction Stop it ends the command.',
  impact: 'medium',
  parameters: {
    ImagePath: path({
      help: 'The .wim, .esd or first .swm.',
      mandatory: true,
      pipeline: 'property',
      position: extension(0),
    }),
    ApplyPath: path({
      help: 'Where the files go. Made when missing; files in the way are replaced.',
      mandatory: true,
      pipeline: 'property',
      position: extension(1),
    }),
    ...imageSelection,
    SplitImageFilePattern: splitPattern,
    CheckIntegrity: readIntegrity,
    Verify: switchParameter({
      help: 'Read every applied file back and compare its size and SHA-1 with the image.',
      pipeline: 'property',
    }),
    NoRpFix: switchParameter({ help: 'Restore absolute links as they are stored.', pipeline: 'property' }),
    SupportEa: switchParameter({
      help: 'Accepted; extended attributes of NTFS are kept in the side-car anyway.',
      pipeline: 'property',
    }),
    Compact: switchParameter({ help: 'Not supported: only Windows can.', pipeline: 'property' }),
    ConfirmTrustedFile: switchParameter({ help: 'Not supported: only Windows PE can.', pipeline: 'property' }),
    WIMBoot: switchParameter({ help: 'Not supported: ended with Windows 8.1.', pipeline: 'property' }),
    ...logging,
    ...unixMetadata,
    ...engineLimits,
  },
  output: appliedImage,
  examples: [
    { title: 'Apply the first image', command: 'Expand-WindowsImage -ImagePath data.wim -ApplyPath out -Index 1' },
  ],
  async *process(p, ctx) {
    refuseSwitches(p, refused);
    noteSupportEa(p, ctx);
    if (!(await ctx.shouldProcess(p.ApplyPath, `Apply image ${p.Index ?? p.Name} of ${p.ImagePath}`))) return;
    const applied = await runActivity(p, ctx, `Applying ${p.ImagePath}`, (options) =>
      applyImage({
        ...options,
        imagePath: p.ImagePath,
        applyPath: p.ApplyPath,
        selector: selectorOf(p),
        splitImageFilePattern: p.SplitImageFilePattern,
        checkIntegrity: p.CheckIntegrity,
        noRpFix: p.NoRpFix,
        unixData: p.UnixData,
        noMetadata: p.NoMetadata,
        metadataPath: p.MetadataPath,
        verify: p.Verify,
        onFileWarning: ctx.warning,
      }),
    );
    yield appliedImage({
      Path: p.ApplyPath,
      ImagePath: p.ImagePath,
      ImageIndex: applied.index,
      ImageName: applied.name,
      DirectoryCount: applied.directoryCount,
      FileCount: applied.fileCount,
      WrittenBytes: applied.bytes,
      SkippedCount: applied.skippedCount,
      ...baseFields(p),
    });
  },
});
