// Write-Verbose: a message on the verbose stream.
import { messageCmdlet } from './message-cmdlet.ts';

export default messageCmdlet('Write-Verbose', 'Writes a verbose message.', (ctx, text) => ctx.verbose(text));
