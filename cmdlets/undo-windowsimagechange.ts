// Undo-WindowsImageChange: makes a WIM what it was before its last change in place.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { extension, path } from '../lib/host/parameter.ts';
import { undoImageChange } from '../lib/image/undo-change.ts';
import { baseFields } from './image-job.ts';
import { logging } from './parameters.ts';
import { undoneChange } from './records.ts';

export default defineCmdlet({
  name: 'Undo-WindowsImageChange',
  synopsis: 'Takes the last change of a WIM file back: images that were serviced, added, removed or renamed.',
  description:
    'Every change in place leaves a record of the file as it was; this puts that back with a single write, so that the ' +
    'file is whole at any moment. Run again, it takes back the change before. What another program wrote last, and what ' +
    'lies before a rebuild by Optimize-WindowsImageFile, cannot be taken back.',
  impact: 'medium',
  parameters: {
    ImagePath: path({ help: 'The .wim file.', mandatory: true, pipeline: 'property', position: extension(0) }),
    ...logging,
  },
  output: undoneChange,
  examples: [{ title: 'Take the last change back', command: 'Undo-WindowsImageChange data.wim' }],
  async *process(p, ctx) {
    if (!(await ctx.shouldProcess(p.ImagePath, 'Take the last change back'))) return;
    ctx.log.info(`Taking the last change of ${p.ImagePath} back`);
    const undone = await undoImageChange(p.ImagePath, { signal: ctx.signal });
    yield undoneChange({
      ImagePath: p.ImagePath,
      ImageCountBefore: undone.imageCountBefore,
      ImageCountAfter: undone.imageCountAfter,
      SizeBefore: undone.sizeBefore,
      SizeAfter: undone.sizeAfter,
      ...baseFields(p),
    });
  },
});
