// Write-Warning: a message on the warning stream.
import { messageCmdlet } from './message-cmdlet.ts';

export default messageCmdlet('Write-Warning', 'Writes a warning message.', (ctx, text) => ctx.warning(text));
