import { createCipheriv } from 'node:crypto';
import type { Thread, Threads } from '../../ports/threads.ts';
import { createCounter, PIECE_BYTES, TAG_BYTES } from './age-stream.ts';
import { createSeal } from './seal.ts';

/** Pieces that are sealed together. */
const BATCH_PIECES = 16;
/** One is filled, one sealed, one written, and one waits. */
const SLOTS = 4;
const PLAIN_BYTES = BATCH_PIECES * PIECE_BYTES;
const SEALED_BYTES = BATCH_PIECES * (PIECE_BYTES + TAG_BYTES);

/** Memory for one batch: a megabyte before, and what becomes of it. */
export interface Slot {
  plain: Buffer;
  sealed: Buffer;
}

/** Seals batches in the order in which they are asked for. */
export interface Sealer {
  slots: readonly Slot[];
  /** @returns how many bytes of the slot's `sealed` are filled now */
  seal(slot: number, length: number, isLast: boolean): Promise<number>;
  close(): void;
}

interface Question {
  slot: number;
  length: number;
  isLast: boolean;
}

/** Seals in a thread: reading, hashing and sealing then take the time of the slowest, not of all. */
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
const { createCipheriv } = require('node:crypto');
const { memory, plainBytes, sealedBytes, slots, key, pieceBytes, tagBytes } = workerData;
const counter = (${createCounter.toString()})();
const seal = (${createSeal.toString()})({ cipher: createCipheriv, counter, key, pieceBytes, tagBytes });
parentPort.on('message', ({ slot, length, isLast }) => {
  const plain = Buffer.from(memory, slot * plainBytes, length);
  const sealed = Buffer.from(memory, slots * plainBytes + slot * sealedBytes, sealedBytes);
  parentPort.postMessage(seal(plain, sealed, isLast));
});
`;

/**
 * What seals the contents of one age file with a key of its own; in a thread where the system gives one.
 * @param key of the contents
 */
export async function startSealer(threads: Threads, key: Uint8Array): Promise<Sealer> {
  const memory = new SharedArrayBuffer(SLOTS * (PLAIN_BYTES + SEALED_BYTES));
  const slots = Array.from({ length: SLOTS }, (_, index) => ({
    plain: Buffer.from(memory, index * PLAIN_BYTES, PLAIN_BYTES),
    sealed: Buffer.from(memory, SLOTS * PLAIN_BYTES + index * SEALED_BYTES, SEALED_BYTES),
  }));
  const thread = await threads.start(PROGRAM, {
    memory,
    plainBytes: PLAIN_BYTES,
    sealedBytes: SEALED_BYTES,
    slots: SLOTS,
    key,
    pieceBytes: PIECE_BYTES,
    tagBytes: TAG_BYTES,
  });
  return thread === null ? sealHere(slots, key) : sealThere(thread, slots);
}

function sealThere(thread: Thread, slots: readonly Slot[]): Sealer {
  return {
    slots,
    seal: async (slot, length, isLast) => {
      const question: Question = { slot, length, isLast };
      return (await thread.ask(question)) as number;
    },
    close: () => thread.close(),
  };
}

function sealHere(slots: readonly Slot[], key: Uint8Array): Sealer {
  const seal = createSeal({
    cipher: createCipheriv,
    counter: createCounter(),
    key,
    pieceBytes: PIECE_BYTES,
    tagBytes: TAG_BYTES,
  });
  return {
    slots,
    seal: async (index, length, isLast) => {
      const slot = slots[index];
      if (slot === undefined) throw new RangeError(`there is no slot ${index}`);
      return seal(slot.plain.subarray(0, length), slot.sealed, isLast);
    },
    close: () => undefined,
  };
}
