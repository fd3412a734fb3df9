// The record of an edited entry, for the cmdlets on the files of an image.
import type { EditedEntry } from '../lib/servicing/image-files.ts';
import type { ServicingSession } from '../lib/servicing/servicing-session.ts';
import { type EditedContentRecord, editedContent } from './records.ts';

export function editedRecord(session: ServicingSession, entry: EditedEntry): EditedContentRecord {
  return editedContent({
    Image: session.root.label,
    ImageIndex: session.imageIndex ?? null,
    Action: entry.action,
    FullName: entry.path,
    IsDirectory: entry.isDirectory,
    Length: entry.size,
  });
}
