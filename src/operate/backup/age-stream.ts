import { createDecipheriv, hkdfSync } from 'node:crypto';
import { type Key, openFileKey } from './age-key.ts';

/** The contents of an age file (age-encryption.org/v1): pieces of 64 KiB, each with its number and its own tag. */

export const PIECE_BYTES = 64 * 1024;
export const TAG_BYTES = 16;
export const NONCE_BYTES = 16;
const MAX_HEADER = 64 * 1024;

export class AgeError extends Error {
  readonly reason: 'no-age-file' | 'wrong-key' | 'damaged';

  constructor(reason: AgeError['reason']) {
    super(reason);
    this.reason = reason;
  }
}

/** Something that takes bytes in order. `push` and `finish` resolve when the next bytes may come. */
export interface Sink {
  push(bytes: Uint8Array): Promise<void>;
  finish(): Promise<void>;
}

/**
 * Decrypts an age file piece by piece. What it gives has been checked, but only at the end is it known to be all.
 * @throws AgeError
 */
export async function* decrypt(source: AsyncIterable<Uint8Array>, key: Key): AsyncGenerator<Buffer> {
  const input = new Input(source);
  try {
    yield* decryptInput(input, key);
  } finally {
    await input.close();
  }
}

async function* decryptInput(input: Input, key: Key): AsyncGenerator<Buffer> {
  const header = await readAgeHeader(input);
  const fileKey = await openFileKey(header, key);
  if (fileKey === null) throw new AgeError('wrong-key');
  const nonce = await input.take(NONCE_BYTES);
  if (nonce.length < NONCE_BYTES) throw new AgeError('damaged');
  const open = createOpen(fileKey, nonce);
  for (let piece = await input.take(PIECE_BYTES + TAG_BYTES), isFirst = true; ; isFirst = false) {
    const next =
      piece.length < PIECE_BYTES + TAG_BYTES ? Buffer.alloc(0) : await input.take(PIECE_BYTES + TAG_BYTES);
    const isLast = next.length === 0;
    const bytes = open(piece, isLast);
    // Only a file without contents has an empty last piece.
    if (bytes.length === 0 && !(isFirst && isLast)) throw new AgeError('damaged');
    yield bytes;
    if (isLast) return;
    piece = next;
  }
}

/** The header with its last line. @throws AgeError `no-age-file` */
export async function readAgeHeader(input: Input): Promise<Buffer> {
  const intro = 'age-encryption.org/v1\n';
  const lines: Buffer[] = [await input.line(MAX_HEADER)];
  if (lines[0]?.toString('latin1') !== intro) throw new AgeError('no-age-file');
  for (let size = intro.length; size < MAX_HEADER;) {
    const line = await input.line(MAX_HEADER);
    if (line.length === 0) break;
    lines.push(line);
    size += line.length;
    if (line.toString('latin1').startsWith('--- ')) return Buffer.concat(lines);
  }
  throw new AgeError('damaged');
}

/** Bytes of a source in the portions that are asked for. */
export class Input {
  readonly #source: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Nothing more is wanted. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  /** So many bytes; fewer only at the end of the source. */
  async take(length: number): Promise<Buffer> {
    const parts = [this.#held];
    let size = this.#held.length;
    while (size < length) {
      const next = await this.#source.next();
      if (next.done === true) break;
      parts.push(Buffer.from(next.value));
      size += next.value.length;
    }
    const all = parts.length === 1 ? this.#held : Buffer.concat(parts);
    this.#held = all.subarray(length);
    return all.subarray(0, length);
  }

  /** Up to the next line end, with it; what is longer than `limit` or has no end is cut. */
  async line(limit: number): Promise<Buffer> {
    const bytes: Buffer[] = [];
    for (let size = 0; size < limit; size += 1) {
      const one = await this.take(1);
      if (one.length === 0) break;
      bytes.push(one);
      if (one[0] === 0x0a) break;
    }
    return Buffer.concat(bytes);
  }
}

function createOpen(fileKey: Uint8Array, nonce: Uint8Array): (piece: Buffer, isLast: boolean) => Buffer {
  const key = payloadKey(fileKey, nonce);
  const counter = createCounter();
  return (piece, isLast) => {
    if (piece.length < TAG_BYTES) throw new AgeError('damaged');
    const decipher = createDecipheriv('chacha20-poly1305', key, counter(isLast), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(piece.subarray(piece.length - TAG_BYTES));
    try {
      const bytes = decipher.update(piece.subarray(0, piece.length - TAG_BYTES));
      decipher.final();
      return bytes;
    } catch {
      throw new AgeError('damaged');
    }
  };
}

/** The key of one file's contents. */
export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32));
}

/** Eleven bytes that count the pieces, and one that marks the last. */
export function createCounter(): (isLast: boolean) => Buffer {
  let count = 0;
  return (isLast) => {
    const bytes = Buffer.alloc(12);
    bytes.writeUIntBE(count, 5, 6);
    bytes[11] = isLast ? 1 : 0;
    count += 1;
    return bytes;
  };
}
