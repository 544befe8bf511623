import type { createCipheriv } from 'node:crypto';

export interface SealTools {
  cipher: typeof createCipheriv;
  /** Gives each piece its number. */
  counter: (isLast: boolean) => Buffer;
  key: Uint8Array;
  pieceBytes: number;
  tagBytes: number;
}

/** Seals what is in `plain` piece by piece into `sealed`, and tells how many bytes came of it. */
export type Seal = (plain: Uint8Array, sealed: Uint8Array, isLast: boolean) => number;

/**
 * What seals the contents of one age file, batch by batch in their order; all batches but the last hold whole pieces. Its text
 * is run in a thread, too, where nothing of this file is but this function: it may use only what it is given.
 */
export function createSeal({ cipher, counter, key, pieceBytes, tagBytes }: SealTools): Seal {
  const shortBytes = 16_384;
  return (plain, sealed, isLast) => {
    const pieces = Math.max(1, Math.ceil(plain.length / pieceBytes));
    let at = 0;
    const put = (bytes: Uint8Array): void => {
      sealed.set(bytes, at);
      at += bytes.length;
    };
    for (let index = 0; index < pieces; index += 1) {
      const nonce = counter(isLast && index === pieces - 1);
      const one = cipher('chacha20-poly1305', key, nonce, { authTagLength: tagBytes });
      const end = Math.min(plain.length, (index + 1) * pieceBytes);
      // What a cipher gives back is new memory each time: short pieces of it are used again, and stay in the cache.
      for (let from = index * pieceBytes; from < end; from += shortBytes)
        put(one.update(plain.subarray(from, Math.min(end, from + shortBytes))));
      one.final();
      put(one.getAuthTag());
    }
    return at;
  };
}
