// A servicing session over a directory whose hives are edited in memory alone: nothing is committed.
import { openServicingTarget } from '../../lib/servicing/open-servicing-target.ts';
import type { ServicingSession } from '../../lib/servicing/servicing-session.ts';

export async function readingSession(directory: string): Promise<ServicingSession> {
  const target = await openServicingTarget({ path: directory }, { readOnly: true });
  return target.session(undefined);
}
