// Takes the last change of an image file back.
import { addon } from '../native/addon.ts';
import type { UndoneCommit } from '../native/editing.ts';
import { completeJob } from '../native/job.ts';
import { type EngineOptions, limitsOf } from '../wim/engine-options.ts';

/**
 * Makes a WIM what it was before its last change in place: one write of the header. Changes before that can be taken
 * back one after the other, up to the last rebuild.
 * @throws NothingToUndo when the file records no change: it is new, was rebuilt, or another program wrote it last.
 * SharingViolation while another writer has it.
 */
export function undoImageChange(path: string, options: EngineOptions = {}): Promise<UndoneCommit> {
  return completeJob((wake) => addon().undoCommit({ path, ...limitsOf(options) }, wake), options);
}
