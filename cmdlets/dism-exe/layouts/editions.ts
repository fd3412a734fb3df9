// /Get-CurrentEdition and /Get-TargetEditions.
import { field, type Layout, listOf } from './layout.ts';

export const currentEdition: Layout = {
  heading: () => ['Current edition is:', ''],
  record: listOf([field('Current Edition', 'Edition')]),
};
export const targetEditions: Layout = {
  heading: () => ['Editions that can be upgraded to:', ''],
  record: listOf([field('Target Edition', 'Edition')]),
  none: ['(The current edition cannot be upgraded to any target editions.)', ''],
};
