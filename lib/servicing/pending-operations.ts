// Operations that Windows has begun in an image and will finish at its next start. They stand in the way of changes of the
// component store; drivers, files and registry values can be changed, but the pending work may undo that.
import { DismError } from '../base/error.ts';
import type { ServicingSession } from './servicing-session.ts';

const CBS_KEY = 'Microsoft\\Windows\\CurrentVersion\\Component Based Servicing';

/** What is pending, as phrases; empty for an image at rest. */
export async function findPendingOperations(session: ServicingSession): Promise<string[]> {
  const found: string[] = [];
  if ((await session.root.stat(session.windowsPath('WinSxS', 'pending.xml'))) !== undefined) {
    found.push('WinSxS\\pending.xml is there');
  }
  const cbs = (await session.findHive('SOFTWARE'))?.root.subkey(CBS_KEY);
  if ((cbs?.subkey('PackagesPending')?.subkeyCount ?? 0) > 0) found.push('packages are pending');
  if (cbs?.subkey('RebootPending') !== undefined) found.push('a restart is pending');
  return found;
}

/** For changes of drivers, files and the registry: a warning. */
export async function warnWhenPending(session: ServicingSession): Promise<void> {
  const found = await findPendingOperations(session);
  if (found.length === 0) return;
  session.warn(
    `${session.root.label} has operations that Windows finishes at its next start (${found.join(', ')}): they may undo this change.`,
  );
}

/** For changes of the component store. Throws PendingOperations (0x800F0806). */
export async function refuseWhenPending(session: ServicingSession): Promise<void> {
  const found = await findPendingOperations(session);
  if (found.length === 0) return;
  throw new DismError(
    'PendingOperations',
    `${session.root.label} has operations that Windows finishes at its next start (${found.join(', ')}): start it once, or take an image without them.`,
    { Target: session.root.label },
  );
}
