// Rename-WindowsImageContent: renames or moves a file or folder of images.
import { extension, string } from '../lib/host/parameter.ts';
import { renameEntry } from '../lib/servicing/image-files.ts';
import { editedRecord } from './edited-content.ts';
import { editedContent } from './records.ts';
import { defineServicingCmdlet } from './servicing-target.ts';

export default defineServicingCmdlet({
  name: 'Rename-WindowsImageContent',
  synopsis: 'Renames or moves a file or folder of a Windows image.',
  description: 'A folder moves with all below it. All input for one image file or directory is one commit.',
  impact: 'medium',
  needs: 'none',
  action: 'Rename files',
  parameters: {
    ContentPath: string({
      help: 'The path in the image.',
      mandatory: true,
      position: extension(0),
      pipeline: 'property',
      aliases: ['FullName'],
    }),
    NewName: string({
      help: 'The new name; a path such as \\Archive\\old.txt moves it there.',
      mandatory: true,
      position: extension(1),
      pipeline: 'property',
    }),
  },
  output: editedContent,
  examples: [{ title: 'A file', command: 'Rename-WindowsImageContent \\readme.txt read.me -Path ./data' }],
  async *service(session, p) {
    yield editedRecord(session, await renameEntry(session.root, p.ContentPath, p.NewName));
  },
});
