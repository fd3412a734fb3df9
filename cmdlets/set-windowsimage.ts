// Set-WindowsImage: changes what a WIM says about an image.
import { DismError } from '../lib/base/error.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { extension, path, string, switchParameter } from '../lib/host/parameter.ts';
import { editImage } from '../lib/image/image-file-changes.ts';
import type { ImageText } from '../lib/wim/wim-xml-image.ts';
import { baseFields, runActivity, selectorOf } from './image-job.ts';
import { engineLimits, imageSelection, logging, writeIntegrity } from './parameters.ts';
import { changedImage } from './records.ts';

export default defineCmdlet({
  name: 'Set-WindowsImage',
  synopsis: 'Changes the name, description, flags or boot mark of an image in a WIM file.',
  description: 'An empty text removes the property. The files of the image are not touched.',
  impact: 'medium',
  parameters: {
    ImagePath: path({ help: 'The .wim file.', mandatory: true, pipeline: 'property', position: extension(0) }),
    ...imageSelection,
    NewName: string({ help: 'The new name; no other image of the file may have it.' }),
    NewDescription: string({ help: 'The new description.' }),
    DisplayName: string({ help: 'The name that Windows Setup shows.' }),
    DisplayDescription: string({ help: 'The description that Windows Setup shows.' }),
    Flags: string({ help: 'The edition flag, such as Professional.' }),
    Bootable: switchParameter({ help: 'Make it the boot image; -Bootable:$false takes the mark away.' }),
    CheckIntegrity: writeIntegrity,
    ...logging,
    ...engineLimits,
  },
  output: changedImage,
  examples: [{ title: 'Rename an image', command: 'Set-WindowsImage data.wim -Index 1 -NewName "Data 2026"' }],
  async *process(p, ctx) {
    const texts: Partial<Record<ImageText, string>> = {
      ...(p.NewName === undefined ? {} : { NAME: p.NewName }),
      ...(p.NewDescription === undefined ? {} : { DESCRIPTION: p.NewDescription }),
      ...(p.DisplayName === undefined ? {} : { DISPLAYNAME: p.DisplayName }),
      ...(p.DisplayDescription === undefined ? {} : { DISPLAYDESCRIPTION: p.DisplayDescription }),
      ...(p.Flags === undefined ? {} : { FLAGS: p.Flags }),
    };
    const bootable = ctx.isBound('Bootable') ? p.Bootable : undefined;
    if (Object.keys(texts).length === 0 && bootable === undefined) {
      throw new DismError(
        'InvalidParameter',
        'Nothing to change: give -NewName, -NewDescription, -DisplayName, -DisplayDescription, -Flags or -Bootable.',
      );
    }
    const what = p.Index === undefined ? `"${p.Name}"` : String(p.Index);
    if (!(await ctx.shouldProcess(p.ImagePath, `Change the information about image ${what}`))) return;
    const image = await runActivity(p, ctx, `Changing ${p.ImagePath}`, (options) =>
      editImage(p.ImagePath, selectorOf(p), { texts, bootable }, { ...options, writeIntegrity: p.CheckIntegrity }),
    );
    yield changedImage({
      ImagePath: p.ImagePath,
      ImageIndex: image.index,
      ImageName: image.name,
      ImageDescription: image.description,
      ...baseFields(p),
    });
  },
});
