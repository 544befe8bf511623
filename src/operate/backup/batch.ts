import type { Sink } from './age-stream.ts';

/** Hands on what it is given in pieces of at least `size` bytes: many small ones take much longer than few large ones. */
export function inBatches(size: number, write: (bytes: Buffer) => Promise<void>): Sink {
  let held: Uint8Array[] = [];
  let length = 0;
  const flush = async (): Promise<void> => {
    const bytes = Buffer.concat(held);
    held = [];
    length = 0;
    if (bytes.length > 0) await write(bytes);
  };
  return {
    push: async (bytes) => {
      held.push(bytes);
      length += bytes.length;
      if (length >= size) await flush();
    },
    finish: flush,
  };
}
