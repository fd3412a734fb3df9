// /List-Image: one path a line.
import { type Layout, plain } from './layout.ts';

export const fileList: Layout = { record: (record) => [plain(record.FullName)] };
