// /Get-MountedImageInfo.
import { type Field, field, type Layout, listOf, plain } from './layout.ts';
import { stateWords } from './wording.ts';

const fields: readonly Field[] = [
  { label: 'Mount Dir', value: (record) => plain(record.Path ?? record.MountPath) },
  field('Image File', 'ImagePath'),
  field('Image Index', 'ImageIndex'),
  field('Mounted Read/Write', 'MountMode', (mode) => (plain(mode) === 'ReadWrite' ? 'Yes' : 'No')),
  field('Status', 'MountStatus', stateWords),
];

export const mountedImages: Layout = {
  heading: (_, first) => (first ? ['Mounted images:', ''] : []),
  record: listOf(fields),
  none: ['No mounted images found.', ''],
};
