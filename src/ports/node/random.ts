import type { Random } from '../system.ts';

export function createNodeRandom(): Random {
  return { hex: randomHex };
}

/** The operating system's random source, by the global that is loaded when it is used: node:crypto is slow to load. */
export function randomHex(bytes: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex');
}
