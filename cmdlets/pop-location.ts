// Pop-Location: moves the session back to where Push-Location was called.
import { defineCmdlet } from '../lib/host/cmdlet.ts';

export default defineCmdlet({
  name: 'Pop-Location',
  synopsis: 'Moves back to the location that Push-Location remembered.',
  impact: 'none',
  parameters: {},
  aliases: ['popd'],
  examples: [{ title: 'There and back', command: 'Push-Location .; Pop-Location' }],
  process(_, ctx) {
    const before = ctx.host.locations.pop();
    if (before !== undefined) ctx.host.setLocation(before);
    return undefined;
  },
});
