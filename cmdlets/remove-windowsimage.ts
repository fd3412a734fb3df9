// Remove-WindowsImage: removes images from a WIM.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { extension, path } from '../lib/host/parameter.ts';
import { removeImages } from '../lib/image/image-file-changes.ts';
import type { ImageSelector } from '../lib/wim/wim-file.ts';
import { baseFields, runActivity, selectorOf } from './image-job.ts';
import { engineLimits, imageSelection, logging, writeIntegrity } from './parameters.ts';
import { changedImage } from './records.ts';

export default defineCmdlet({
  name: 'Remove-WindowsImage',
  synopsis: 'Removes an image from a WIM file.',
  description:
    'The file does not shrink: Optimize-WindowsImageFile gives the space back. Images that the pipeline brings are ' +
    'removed together, in one commit; higher ones move down.',
  impact: 'medium',
  parameters: {
    ImagePath: path({ help: 'The .wim file.', mandatory: true, pipeline: 'property', position: extension(0) }),
    ...imageSelection,
    CheckIntegrity: writeIntegrity,
    ...logging,
    ...engineLimits,
  },
  output: changedImage,
  examples: [{ title: 'Remove the second image', command: 'Remove-WindowsImage -ImagePath data.wim -Index 2' }],
  state: () => ({ files: new Map<string, ImageSelector[]>() }),
  process(p, ctx) {
    ctx.state.files.set(p.ImagePath, [...(ctx.state.files.get(p.ImagePath) ?? []), selectorOf(p)]);
    return undefined;
  },
  async *end(p, ctx) {
    for (const [imagePath, selectors] of ctx.state.files) {
      const what = selectors.map(({ index, name }) => index ?? `"${name}"`).join(', ');
      if (!(await ctx.shouldProcess(imagePath, `Remove image ${what}`))) continue;
      const images = await runActivity(p, ctx, `Removing images from ${imagePath}`, (options) =>
        removeImages(imagePath, selectors, { ...options, writeIntegrity: p.CheckIntegrity }),
      );
      for (const image of images) {
        yield changedImage({
          ImagePath: imagePath,
          ImageIndex: image.index,
          ImageName: image.name,
          ImageDescription: image.description,
          ...baseFields(p),
        });
      }
    }
  },
});
