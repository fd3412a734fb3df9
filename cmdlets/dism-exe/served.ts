// Which commands a cmdlet stands behind: what help, documentation and error 50 go by.
import type { CommandTable } from '../../lib/host/command-table.ts';
import type { DismCommand } from './command.ts';

/** Whether the cmdlets that a command needs exist. */
export function isServed({ cmdlet, alsoNeeds }: DismCommand, commands: CommandTable): boolean {
  return [cmdlet, alsoNeeds ?? cmdlet].every(
    (name) => name !== undefined && commands.canonicalName(name) !== undefined,
  );
}
