// What is said about an entry, as the engine takes it.
import { DismError } from '../base/error.ts';
import { checkNewName, isShortName } from '../base/windows-path.ts';
import type { EditedEntry } from '../native/edit-records.ts';
import type { EntryEdit } from '../native/editing.ts';
import type { EditedImage } from '../wim/edited-image.ts';
import type { FileContent, FileMetadata } from './image-root.ts';
import { inheritSecurity } from './inherit-security.ts';

/** The largest reparse buffer of Windows without its header. */
const MAX_REPARSE_DATA = 16_376;

/** The entry that is edited and what is around it. */
interface EditPlace {
  readonly image: EditedImage;
  /** The directory it lies in. */
  readonly parent: number;
  /** The entry; the root stands for one that is yet to be made. */
  readonly node: number;
  /** Of the image, for messages. */
  readonly label: string;
  /** Gives the digest of a content that the next commit can store. */
  stage(content: FileContent): Promise<Uint8Array>;
}

/** What a new entry has when nothing else is said. `time` in ticks. */
export function newEntry(image: EditedImage, parent: EditedEntry, isDirectory: boolean, time: bigint): EntryEdit {
  const inherited = image.securityDescriptor(parent.securityId);
  return {
    creationTime: time,
    lastAccessTime: time,
    lastWriteTime: time,
    securityDescriptor: inherited && inheritSecurity(inherited, isDirectory),
  };
}

/**
 * Metadata as the engine takes it, with the contents of streams staged; absent members are left out.
 * @throws NameCollision for a short name that is taken or none, UnsafePath for the name of a stream.
 */
export async function entryEdit(place: EditPlace, metadata: FileMetadata): Promise<EntryEdit> {
  const { image, parent, node, label, stage } = place;
  const edit: { -readonly [K in keyof EntryEdit]: EntryEdit[K] } = {};
  const { attributes, shortName, streams, reparse } = metadata;
  if (attributes !== undefined) edit.attributes = attributes;
  for (const name of ['creationTime', 'lastAccessTime', 'lastWriteTime'] as const) {
    const time = metadata[name];
    if (time !== undefined) edit[name] = time.Ticks;
  }
  if (metadata.securityDescriptor !== undefined) edit.securityDescriptor = metadata.securityDescriptor;
  if (shortName !== undefined) {
    if (shortName !== '' && (!isShortName(shortName) || image.hasName(parent, shortName, node))) {
      const reason = isShortName(shortName) ? 'is taken in its directory' : 'is no 8.3 name';
      throw new DismError('NameCollision', `${label}: the short name ${shortName} ${reason}.`, { Target: shortName });
    }
    edit.shortName = shortName;
  }
  if (streams !== undefined) {
    const staged: { name: string; digest: Uint8Array }[] = [];
    for (const { name, content } of streams) {
      checkNewName(name);
      staged.push({ name, digest: await stage(content) });
    }
    edit.streams = staged;
  }
  if (reparse !== undefined) {
    if (reparse.data.length > MAX_REPARSE_DATA) {
      throw new DismError('InvalidParameter', `Reparse data has ${reparse.data.length} bytes; Windows holds 16,376.`);
    }
    edit.reparse = { tag: reparse.tag, digest: await stage({ bytes: reparse.data }) };
  }
  return edit;
}

/** The contents of the streams of an entry. */
export function contentsOf(metadata: FileMetadata | undefined): FileContent[] {
  return metadata?.streams?.map(({ content }) => content) ?? [];
}
