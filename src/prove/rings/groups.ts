import type { RingGroup } from './ring-group.ts';

/** All rings, in the order in which they are attacked. */
export const groups: readonly RingGroup[] = [];
