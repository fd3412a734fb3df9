// Get-WindowsEdition: the edition of a Windows image, or the editions it could be set to.
import { switchParameter } from '../lib/host/parameter.ts';
import { currentEdition, targetEditions } from '../lib/servicing/editions.ts';
import { baseFields } from './image-job.ts';
import { edition } from './records.ts';
import { defineServicingCmdlet } from './servicing-target.ts';

export default defineServicingCmdlet({
  name: 'Get-WindowsEdition',
  synopsis: 'Tells the edition of a Windows image, or the editions it could be set to.',
  description:
    'With -Target gives a record for each edition whose package or licences the image holds; none when there is no other. ' +
    'An image without servicing\\Editions, such as Windows PE, cannot tell: NotSupported.',
  impact: 'none',
  parameters: {
    Target: switchParameter({ help: 'List the editions the image could be set to.', pipeline: 'property' }),
  },
  output: edition,
  examples: [
    { title: 'The edition', command: 'Get-WindowsEdition -Path ./mount' },
    { title: 'What it could become', command: 'Get-WindowsEdition -Path ./mount -Target' },
  ],
  async *service(session, p) {
    const editions = p.Target ? await targetEditions(session) : [await currentEdition(session)];
    for (const name of editions) {
      yield edition({
        Edition: name,
        Path: p.Path ?? '',
        ImagePath: p.ImagePath ?? '',
        ImageIndex: session.imageIndex ?? null,
        Online: false,
        RestartNeeded: false,
        ...baseFields(p),
      });
    }
  },
});
