// Join-WindowsImage: makes one WIM of a split set.
import { DismError } from '../lib/base/error.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { extension, path, switchParameter } from '../lib/host/parameter.ts';
import { exists } from '../lib/image/capture.ts';
import { joinParts } from '../lib/image/image-file-changes.ts';
import { baseFields, runActivity } from './image-job.ts';
import { engineLimits, logging, splitPattern } from './parameters.ts';
import { rebuiltFile } from './records.ts';

export default defineCmdlet({
  name: 'Join-WindowsImage',
  synopsis: 'Makes one WIM file of the parts of a split image.',
  impact: 'medium',
  parameters: {
    SplitImagePath: path({
      help: 'The first .swm.',
      mandatory: true,
      pipeline: 'property',
      position: extension(0),
    }),
    ImagePath: path({ help: 'The .wim to make.', mandatory: true, pipeline: 'property', position: extension(1) }),
    SplitImageFilePattern: splitPattern,
    CheckIntegrity: switchParameter({
      help: 'Check the first part against its integrity table, and write a table to the new file.',
      pipeline: 'property',
    }),
    Force: switchParameter({ help: 'Replace an existing file.' }),
    ...logging,
    ...engineLimits,
  },
  output: rebuiltFile,
  examples: [{ title: 'Join a set', command: 'Join-WindowsImage install.swm install.wim' }],
  async *process(p, ctx) {
    if (!p.Force && (await exists(p.ImagePath))) {
      throw new DismError('AlreadyExists', `${p.ImagePath} exists already: choose another name, or use -Force.`, {
        Target: p.ImagePath,
      });
    }
    if (!(await ctx.shouldProcess(p.ImagePath, `Join the parts of ${p.SplitImagePath}`))) return;
    const joined = await runActivity(p, ctx, `Joining ${p.SplitImagePath}`, (options) =>
      joinParts(p.SplitImagePath, p.ImagePath, {
        ...options,
        splitImageFilePattern: p.SplitImageFilePattern,
        checkIntegrity: p.CheckIntegrity,
        writeIntegrity: p.CheckIntegrity,
        onFileWarning: ctx.warning,
      }),
    );
    yield rebuiltFile({
      ImagePath: p.ImagePath,
      ImageCount: joined.imageCount,
      SizeBefore: joined.sizeBefore,
      SizeAfter: joined.sizeAfter,
      ...baseFields(p),
    });
  },
});
