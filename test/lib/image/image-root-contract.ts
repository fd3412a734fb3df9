// The contract of ImageRoot, for every kind of holder: call `describeImageRoot` with a way to make images of a tree.
import { describeCommit } from './root-contract/commit.ts';
import { type ContractKind, contractImages } from './root-contract/contract-images.ts';
import { describeEditing } from './root-contract/editing.ts';
import { describeProperties } from './root-contract/properties.ts';
import { describeRandomEdits } from './root-contract/random-edits.ts';
import { describeReading } from './root-contract/reading.ts';

export function describeImageRoot(kind: ContractKind): void {
  const images = contractImages(kind);
  describeReading(images);
  describeEditing(images);
  describeProperties(images);
  describeCommit(images);
  describeRandomEdits(images);
}
