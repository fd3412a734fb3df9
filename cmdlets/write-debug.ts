// Write-Debug: a message on the debug stream.
import { messageCmdlet } from './message-cmdlet.ts';

export default messageCmdlet('Write-Debug', 'Writes a debug message.', (ctx, text) => ctx.debug(text));
