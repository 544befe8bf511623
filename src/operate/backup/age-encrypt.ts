import { createCipheriv } from 'node:crypto';
import type { Random } from '../../ports/system.ts';
import type { FileKey } from './age-key.ts';
import { createCounter, NONCE_BYTES, payloadKey, PIECE_BYTES, type Sink, TAG_BYTES } from './age-stream.ts';

/** Pieces that are sealed and written together: a megabyte. */
const BATCH = 16;

/**
 * Encrypts what it is given as an age file and hands it on in order. Holds a few megabytes at most.
 * @param write what it is given is written over as soon as it has resolved
 */
export function encryptTo(
  fileKey: FileKey,
  random: Pick<Random, 'hex'>,
  write: (bytes: Buffer) => Promise<void>,
): Sink {
  const nonce = Buffer.from(random.hex(NONCE_BYTES), 'hex');
  const seal = createSeal(payloadKey(fileKey.key, nonce));
  const plain = Buffer.alloc(BATCH * PIECE_BYTES);
  let filled = 0;
  let isBegun = false;
  const send = async (isLast: boolean): Promise<void> => {
    if (!isBegun) await write(Buffer.concat([fileKey.header, nonce]));
    isBegun = true;
    await write(seal(plain.subarray(0, filled), isLast));
    filled = 0;
  };
  return {
    push: async (bytes) => {
      for (let at = 0; at < bytes.length;) {
        // A full batch goes only when more comes: the last piece is marked as such.
        if (filled === plain.length) await send(false);
        const part = bytes.subarray(at, at + plain.length - filled);
        plain.set(part, filled);
        filled += part.length;
        at += part.length;
      }
    },
    finish: () => send(true),
  };
}

/** Seals a batch, piece by piece. What it gives holds until it is called again: new memory for each costs more than the sealing. */
function createSeal(key: Uint8Array): (plain: Buffer, isLast: boolean) => Buffer {
  const counter = createCounter();
  const sealed = Buffer.allocUnsafeSlow(BATCH * (PIECE_BYTES + TAG_BYTES));
  return (plain, isLast) => {
    const pieces = Math.max(1, Math.ceil(plain.length / PIECE_BYTES));
    let at = 0;
    for (let index = 0; index < pieces; index += 1) {
      const nonce = counter(isLast && index === pieces - 1);
      const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: TAG_BYTES });
      at += cipher.update(plain.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES)).copy(sealed, at);
      cipher.final();
      at += cipher.getAuthTag().copy(sealed, at);
    }
    return sealed.subarray(0, at);
  };
}
