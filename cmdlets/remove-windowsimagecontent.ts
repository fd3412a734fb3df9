// Remove-WindowsImageContent: removes files and folders from images.
import { extension, string, switchParameter } from '../lib/host/parameter.ts';
import { removeEntries } from '../lib/servicing/image-files.ts';
import { editedRecord } from './edited-content.ts';
import { editedContent } from './records.ts';
import { defineServicingCmdlet } from './servicing-target.ts';

export default defineServicingCmdlet({
  name: 'Remove-WindowsImageContent',
  synopsis: 'Removes files and folders from a Windows image.',
  description:
    '* and ? stay within a name, ** stands for any folders. A folder that is not empty is removed with -Recurse only. ' +
    'All input for one image file or directory is one commit.',
  impact: 'medium',
  needs: 'none',
  action: 'Remove files',
  parameters: {
    ContentPath: string.array({
      help: 'Paths in the image.',
      mandatory: true,
      position: extension(0),
      pipeline: 'property',
      aliases: ['FullName'],
      wildcards: true,
    }),
    Recurse: switchParameter({ help: 'Also folders that are not empty, with all below them.' }),
  },
  output: editedContent,
  examples: [
    { title: 'A file', command: 'Remove-WindowsImageContent \\readme.txt -Path ./data' },
    { title: 'What a removal would do', command: 'Remove-WindowsImageContent \\Windows -Recurse -Path ./data -WhatIf' },
  ],
  async *service(session, p) {
    for (const pattern of p.ContentPath) {
      for await (const entry of removeEntries(session.root, pattern, p.Recurse)) yield editedRecord(session, entry);
    }
  },
});
