// /Cleanup-Image: what became of the component store.
import { type Layout, plain } from './layout.ts';

const sentences: Readonly<Record<string, string>> = {
  Healthy: 'No component store corruption detected.',
  Repairable: 'The component store is repairable.',
  NonRepairable: 'The component store cannot be repaired.',
};

export const imageHealth: Layout = {
  record: (record, context) => {
    if (context.valueOf('RestoreHealth') !== '') return ['The restore operation completed successfully.'];
    if (context.valueOf('CheckHealth') === '' && context.valueOf('ScanHealth') === '') return [];
    const state = plain(record.ImageHealthState);
    return [sentences[state] ?? state];
  },
};
