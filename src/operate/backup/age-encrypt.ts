import type { Random } from '../../ports/system.ts';
import type { Threads } from '../../ports/threads.ts';
import type { FileKey } from './age-key.ts';
import { NONCE_BYTES, payloadKey, type Sink } from './age-stream.ts';
import { type Sealer, startSealer } from './sealer.ts';

/** Makes one age file. */
export interface Encrypter {
  /** Takes the contents. @param write what it is given is written over as soon as it has resolved */
  to(write: (bytes: Buffer) => Promise<void>): EncryptingSink;
  /** Call it when all is done, or nothing more is to come. */
  close(): void;
}

export interface EncryptingSink extends Sink {
  /** Resolves when nothing is being written any more, whatever came of it. */
  settle(): Promise<void>;
}

/** Gets all ready to encrypt with a key. Holds a few megabytes. */
export async function startEncrypter(
  { random, threads }: { random: Pick<Random, 'hex'>; threads: Threads },
  fileKey: FileKey,
): Promise<Encrypter> {
  const nonce = Buffer.from(random.hex(NONCE_BYTES), 'hex');
  const sealer = await startSealer(threads, payloadKey(fileKey.key, nonce));
  return {
    to: (write) => encryptTo(sealer, Buffer.concat([fileKey.header, nonce]), write),
    close: () => sealer.close(),
  };
}

/** While one batch is filled, others are sealed and written. What fails there is told with one of the next batches. */
function encryptTo(sealer: Sealer, head: Buffer, write: (bytes: Buffer) => Promise<void>): EncryptingSink {
  const slots = sealer.slots.map((slot) => ({ ...slot, free: Promise.resolve() }));
  let current = 0;
  let filled = 0;
  let written: Promise<void> | null = null;
  const slotAt = (index: number): (typeof slots)[number] =>
    slots[index % slots.length] as (typeof slots)[number];
  const send = async (isLast: boolean): Promise<void> => {
    const slot = slotAt(current);
    const sealed = sealer.seal(current % slots.length, filled, isLast);
    const before = written ?? write(head);
    written = slot.free = (async () => {
      await before;
      await write(slot.sealed.subarray(0, await sealed));
    })();
    // Whoever comes to the slot next, or asks for the end, hears of it.
    for (const promise of [sealed, written]) promise.catch(() => undefined);
    current += 1;
    filled = 0;
    await slotAt(current).free;
  };
  return {
    push: async (bytes) => {
      for (let at = 0; at < bytes.length;) {
        const { plain } = slotAt(current);
        // A full batch goes only when more comes: the last piece is marked as such.
        if (filled === plain.length) {
          await send(false);
          continue;
        }
        const part = bytes.subarray(at, at + plain.length - filled);
        plain.set(part, filled);
        filled += part.length;
        at += part.length;
      }
    },
    finish: async () => {
      await send(true);
      await written;
    },
    settle: async () => {
      await written?.catch(() => undefined);
    },
  };
}
