import type { Sink } from './age-stream.ts';

/**
 * Hands on what it is given in pieces of `size` bytes, the last one shorter: many small ones take much longer than few large
 * ones. It holds a copy: what was pushed may be written over.
 * @param write what it is given is written over as soon as it has resolved
 */
export function inBatches(size: number, write: (bytes: Buffer) => Promise<void>): Sink {
  const held = Buffer.allocUnsafeSlow(size);
  let length = 0;
  const flush = async (): Promise<void> => {
    const bytes = held.subarray(0, length);
    length = 0;
    if (bytes.length > 0) await write(bytes);
  };
  return {
    push: async (bytes) => {
      for (let at = 0; at < bytes.length;) {
        const part = bytes.subarray(at, at + size - length);
        held.set(part, length);
        length += part.length;
        at += part.length;
        if (length === size) await flush();
      }
    },
    finish: flush,
  };
}
