import type { RingGroup } from './ring-group.ts';
import { stackGroup } from './stack.ts';
import { surfaceGroup } from './surface.ts';

/** All rings, in the order in which they are attacked. */
export const groups: readonly RingGroup[] = [surfaceGroup, stackGroup];
