// Add-WindowsImageContent: copies local files and folders into images.

import { extension, path, string, switchParameter } from '../lib/host/parameter.ts';
import { addLocalFiles } from '../lib/servicing/image-files.ts';
import { editedRecord } from './edited-content.ts';
import { expandLocalPaths } from './local-paths.ts';
import { editedContent } from './records.ts';
import { defineServicingCmdlet } from './servicing-target.ts';

export default defineServicingCmdlet({
  name: 'Add-WindowsImageContent',
  synopsis: 'Copies local files and folders into a Windows image.',
  description:
    'Several sources, a destination that ends with a backslash or is a folder of the image: they go into it, under their ' +
    'names. Otherwise the destination is the name of the copy. Folders come with all below them; links are left out.\n\n' +
    'All input for one image file or directory is one commit.',
  impact: 'medium',
  needs: 'none',
  action: 'Add files',
  parameters: {
    SourcePath: path.array({
      help: 'Local files and folders; * and ? stand for parts of the last name.',
      mandatory: true,
      position: extension(0),
      wildcards: true,
    }),
    Destination: string({ help: 'Where they go in the image.', mandatory: true, position: extension(1) }),
    Force: switchParameter({ help: 'Replaces files that are there.' }),
  },
  output: editedContent,
  examples: [
    {
      title: 'A file into a directory',
      command: 'Add-WindowsImageContent settings.reg \\Windows\\Setup\\ -Path ./data',
    },
    {
      title: 'See what a folder would add',
      command: 'Add-WindowsImageContent ./newer \\Extra -Path ./data -PlanOnly',
    },
  ],
  async *service(session, p, ctx) {
    const sources = await expandLocalPaths(p.SourcePath);
    const options = { replace: p.Force, onLeftOut: (error: Error) => ctx.leftOut(error) };
    for await (const entry of addLocalFiles(session.root, sources, p.Destination, options)) {
      yield editedRecord(session, entry);
    }
  },
});
