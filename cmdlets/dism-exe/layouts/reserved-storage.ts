// /Get-ReservedStorageState.
import { type Layout, plain } from './layout.ts';

export const reservedStorage: Layout = {
  record: (record) => [`Reserved storage is ${plain(record.ReservedStorageState).toLowerCase()}.`, ''],
};
