// Split-WindowsImage: writes a WIM as a set of smaller files.
import { DismError } from '../lib/base/error.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { extension, path, switchParameter, uint64 } from '../lib/host/parameter.ts';
import { exists } from '../lib/image/capture.ts';
import { WimFile } from '../lib/wim/wim-file.ts';
import { baseFields, runActivity } from './image-job.ts';
import { engineLimits, logging, writeIntegrity } from './parameters.ts';
import { splitPart } from './records.ts';

export default defineCmdlet({
  name: 'Split-WindowsImage',
  synopsis: 'Writes a WIM file as a set of smaller .swm files.',
  description: 'A part can be larger than asked for when one file of the image is. The source is left as it is.',
  impact: 'medium',
  parameters: {
    ImagePath: path({ help: 'The .wim file.', mandatory: true, pipeline: 'property', position: extension(0) }),
    SplitImagePath: path({
      help: 'The first part; the others get 2, 3, ... before the extension.',
      mandatory: true,
      pipeline: 'property',
      position: extension(1),
    }),
    FileSize: uint64({
      help: 'The size of a part in MiB.',
      mandatory: true,
      pipeline: 'property',
      position: extension(2),
      validate: (size) => (size >= 1 && size <= 2 ** 32 ? undefined : 'the size of a part is at least 1 MiB'),
    }),
    CheckIntegrity: writeIntegrity,
    Force: switchParameter({ help: 'Replace existing files.', extension: true }),
    ...logging,
    ...engineLimits,
  },
  output: splitPart,
  examples: [{ title: 'Fit a FAT32 stick', command: 'Split-WindowsImage install.wim install.swm -FileSize 3800' }],
  async *process(p, ctx) {
    if (!p.Force && (await exists(p.SplitImagePath))) {
      throw new DismError('AlreadyExists', `${p.SplitImagePath} exists already: choose another name, or use -Force.`, {
        Target: p.SplitImagePath,
      });
    }
    if (!(await ctx.shouldProcess(p.SplitImagePath, `Split ${p.ImagePath} into parts of ${p.FileSize} MiB`))) return;
    const parts = await runActivity(p, ctx, `Splitting ${p.ImagePath}`, async (options) => {
      await using file = await WimFile.open(p.ImagePath, options);
      for (const warning of file.warnings) ctx.warning(warning);
      const integrity = p.CheckIntegrity || file.info.hasIntegrity;
      return file.split(p.SplitImagePath, p.FileSize * 2 ** 20, integrity, options);
    });
    for (const [at, part] of parts.entries()) {
      yield splitPart({ PartNumber: at + 1, SplitImagePath: part.path, FileSize: part.size, ...baseFields(p) });
    }
  },
});
