// Which commands a cmdlet stands behind: what help, documentation and error 50 go by.
import type { CommandTable } from '../../lib/host/command-table.ts';
import type { DismCommand } from './command.ts';

/** Whether the cmdlet that a command needs exists. */
export function isServed({ cmdlet }: DismCommand, commands: CommandTable): boolean {
  return cmdlet !== undefined && commands.canonicalName(cmdlet) !== undefined;
}
