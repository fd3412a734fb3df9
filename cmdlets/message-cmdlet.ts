// What Write-Debug, Write-Verbose and Write-Warning have in common.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import type { CmdletContext } from '../lib/host/context.ts';
import { string } from '../lib/host/parameter.ts';

/** A cmdlet that gives its -Message to one of the message streams. */
export function messageCmdlet(name: string, synopsis: string, write: (context: CmdletContext, text: string) => void) {
  return defineCmdlet({
    name,
    synopsis,
    impact: 'none',
    parameters: {
      Message: string({
        help: 'The message.',
        mandatory: true,
        position: 0,
        pipeline: 'value',
        aliases: ['Msg'],
        allowNull: true,
      }),
    },
    examples: [{ title: 'A message', command: `${name} "text"` }],
    process(p, ctx) {
      write(ctx, p.Message ?? '');
      return undefined;
    },
  });
}
