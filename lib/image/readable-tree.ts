// The part of an ImageRoot that looks at an image: whatever only reads takes this, so that a tree of any kind will do.
import type { ImageRoot } from './image-root.ts';

export type ReadableTree = Pick<ImageRoot, 'label' | 'stat' | 'list' | 'read'>;
