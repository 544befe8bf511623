import { hkdfSync, randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { FileKey } from './age-key.ts';
import { NONCE_BYTES, PIECE_BYTES, type Sink, TAG_BYTES } from './age-stream.ts';

/** Pieces that are sealed and written together: a megabyte. */
const BATCH = 16;
/** Batches that are on their way at once; with more, nothing becomes quicker. */
const MAX_ON_THE_WAY = 4;

/**
 * Seals batches in a thread of its own, while the program's own thread reads and hashes. A text, because a thread starts
 * with a file, and the program is built into few.
 */
const SEALER = String.raw`
const { parentPort, workerData } = require('node:worker_threads');
const { createCipheriv } = require('node:crypto');
const { key, piece, tag } = workerData;
const nonce = Buffer.alloc(12);
let count = 0;
parentPort.on('message', ({ plain, length, isLast }) => {
  const bytes = Buffer.from(plain, 0, length);
  const pieces = Math.max(1, Math.ceil(length / piece));
  const sealed = Buffer.from(new ArrayBuffer(length + pieces * tag));
  for (let index = 0, at = 0; index < pieces; index += 1, count += 1) {
    nonce.writeUIntBE(count, 5, 6);
    nonce[11] = isLast && index === pieces - 1 ? 1 : 0;
    const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: tag });
    at += cipher.update(bytes.subarray(index * piece, (index + 1) * piece)).copy(sealed, at);
    cipher.final();
    at += cipher.getAuthTag().copy(sealed, at);
  }
  parentPort.postMessage({ sealed: sealed.buffer, plain }, [sealed.buffer, plain]);
});
`;

interface Sealed {
  sealed: ArrayBuffer;
  /** The buffer that was given, to be filled again. */
  plain: ArrayBuffer;
}

/** Encrypts what it is given as an age file and hands it on in order. Holds a few megabytes at most. */
export function encryptTo(fileKey: FileKey, write: (bytes: Buffer) => Promise<void>): Sink {
  const nonce = randomBytes(NONCE_BYTES);
  const key = new Uint8Array(hkdfSync('sha256', fileKey.key, nonce, 'payload', 32));
  const sealer = createSealer(key, write);
  let plain = sealer.buffer();
  let filled = 0;
  let isBegun = false;
  const send = async (isLast: boolean): Promise<void> => {
    if (!isBegun) await write(Buffer.concat([fileKey.header, nonce]));
    isBegun = true;
    await sealer.seal(plain, filled, isLast);
    plain = sealer.buffer();
    filled = 0;
  };
  return {
    push: async (bytes) => {
      for (let at = 0; at < bytes.length;) {
        // A full batch goes only when more comes: the last piece is marked as such.
        if (filled === plain.byteLength) await send(false);
        const part = bytes.subarray(at, at + plain.byteLength - filled);
        new Uint8Array(plain).set(part, filled);
        filled += part.length;
        at += part.length;
      }
    },
    finish: async () => {
      await send(true);
      await sealer.settle();
      await sealer.close();
    },
    close: () => sealer.close(),
  };
}

interface Sealer {
  buffer(): ArrayBuffer;
  /** Resolves when the next one may come. */
  seal(plain: ArrayBuffer, length: number, isLast: boolean): Promise<void>;
  /** Resolves when all is written. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

function createSealer(key: Uint8Array, write: (bytes: Buffer) => Promise<void>): Sealer {
  const workerData = { key, piece: PIECE_BYTES, tag: TAG_BYTES };
  const worker = new Worker(SEALER, { eval: true, workerData, stdin: false });
  const free: ArrayBuffer[] = [];
  const waiting: { resolve: (value: Sealed) => void; reject: (error: Error) => void }[] = [];
  worker.on('message', (value: Sealed) => waiting.shift()?.resolve(value));
  worker.on('error', (error: Error) => {
    for (const one of waiting.splice(0)) one.reject(error);
  });
  /** Writes of batches, each behind the one before. */
  const writes: Promise<void>[] = [];
  const settleOne = async (): Promise<void> => {
    await writes.shift();
  };
  return {
    buffer: () => free.pop() ?? new ArrayBuffer(BATCH * PIECE_BYTES),
    seal: async (plain, length, isLast) => {
      const sealed = new Promise<Sealed>((resolve, reject) => {
        waiting.push({ resolve, reject });
      });
      worker.postMessage({ plain, length, isLast }, [plain]);
      const written = Promise.all([sealed, writes.at(-1)]).then(async ([one]) => {
        free.push(one.plain);
        await write(Buffer.from(one.sealed));
      });
      // Looked at when its turn comes; until then it is no error that nobody handles.
      written.catch(() => undefined);
      writes.push(written);
      while (writes.length >= MAX_ON_THE_WAY) await settleOne();
    },
    settle: async () => {
      while (writes.length > 0) await settleOne();
    },
    close: async () => void (await worker.terminate()),
  };
}
