import { randomBytes } from 'node:crypto';
import type { Random } from '../system.ts';

/** The operating system's random source. */
export function createNodeRandom(): Random {
  return { hex: (bytes) => randomBytes(bytes).toString('hex') };
}
