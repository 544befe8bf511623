import { constants, type FileHandle, open } from 'node:fs/promises';
import { errorCode } from '../../errors/file-errors.ts';
import { systemError } from './look-up.ts';

const BLOCK_BYTES = 1024 * 1024;
/** What the disk takes at once is a multiple of this; no file system in use asks for more. */
const ALIGN = 4096;
/** WebAssembly's memory comes in such pages. */
const WASM_PAGE = 65_536;
const { O_NOFOLLOW, O_WRONLY } = constants;
const CREATE = O_WRONLY | O_NOFOLLOW | constants.O_CREAT | constants.O_EXCL;
/** What is used of it here; its types come with those of browsers otherwise. */
declare const WebAssembly: { Memory: new (pages: { initial: number }) => { buffer: ArrayBuffer } };
/** Not every system has it. */
const O_DIRECT: number = constants.O_DIRECT ?? 0;

/** A file that is made in one go, block by block, and synced at its end. */
export interface LongFile {
  /** Resolves when the bytes may be written over. What failed meanwhile is told here or by `finish`. */
  write(bytes: Uint8Array): Promise<void>;
  /** All is on the disk when it resolves, and the file has this mode. */
  finish(mode: number): Promise<void>;
  /** Ends it early. Nothing happens when it is over. */
  close(): Promise<void>;
}

export type OpenFile = (path: string, flags: number, mode?: number) => Promise<FileHandle>;

/**
 * Creates a file with 0600 and writes past the page cache (O_DIRECT) where the file system can: a gigabyte that nobody reads
 * again soon would push what running programs need out of memory, and takes more of the processor than sealing it.
 */
export async function createLongFile(path: string, openFile: OpenFile = open): Promise<LongFile> {
  const writer = await BlockWriter.create(path, openFile);
  const blocks = twoBlocks();
  let [current, filled, size] = [0, 0, 0];
  let under: Promise<void> = Promise.resolve();
  /** One block is written while the other is filled. */
  const send = async (length: number): Promise<void> => {
    const block = blocks[current] as Buffer;
    const position = size - filled;
    await under;
    under = writer.write(block.subarray(0, length), position);
    // Whoever writes or finishes next hears of it.
    under.catch(() => undefined);
    current = 1 - current;
    filled = 0;
  };
  return {
    write: async (bytes) => {
      for (let at = 0; at < bytes.length;) {
        const part = bytes.subarray(at, at + BLOCK_BYTES - filled);
        (blocks[current] as Buffer).set(part, filled);
        filled += part.length;
        size += part.length;
        at += part.length;
        if (filled === BLOCK_BYTES) await send(BLOCK_BYTES);
      }
    },
    finish: async (mode) => {
      if (filled > 0) {
        const padded = Math.ceil(filled / ALIGN) * ALIGN;
        (blocks[current] as Buffer).fill(0, filled, padded);
        await send(padded);
      }
      await under;
      await writer.end(size, mode);
    },
    close: () => writer.close(),
  };
}

/** Memory that begins where a page does, as the disk wants it; any other where the system has no room for that kind. */
function twoBlocks(): readonly [Buffer, Buffer] {
  let memory: ArrayBuffer;
  try {
    memory = new WebAssembly.Memory({ initial: (2 * BLOCK_BYTES) / WASM_PAGE }).buffer;
  } catch {
    memory = new ArrayBuffer(2 * BLOCK_BYTES);
  }
  return [Buffer.from(memory, 0, BLOCK_BYTES), Buffer.from(memory, BLOCK_BYTES, BLOCK_BYTES)];
}

/** Goes on through the page cache when the file system refuses what is written past it. */
class BlockWriter {
  readonly #path: string;
  readonly #open: OpenFile;
  #file: FileHandle;
  #isDirect = false;

  private constructor(path: string, openFile: OpenFile, file: FileHandle) {
    this.#path = path;
    this.#open = openFile;
    this.#file = file;
  }

  static async create(path: string, openFile: OpenFile): Promise<BlockWriter> {
    const writer = new BlockWriter(path, openFile, await openFile(path, CREATE, 0o600));
    if (O_DIRECT !== 0) await writer.#reopen(O_DIRECT);
    return writer;
  }

  async write(bytes: Buffer, position: number): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      try {
        at += (await this.#file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
      } catch (error) {
        if (!this.#isDirect || errorCode(error) !== 'EINVAL') throw error;
        await this.#reopen(0);
      }
    }
  }

  /**
   * Opens the very file a second time: a refused O_DIRECT would leave a file behind at the first.
   * @param how O_DIRECT, which nothing but speed depends on, or 0
   */
  async #reopen(how: number): Promise<void> {
    const file = await this.#open(this.#path, O_WRONLY | O_NOFOLLOW | how).catch((error: unknown) => {
      if (how === 0) throw error;
      return null;
    });
    if (file === null) return;
    if (await isSame(file, this.#file)) {
      await this.#file.close();
      this.#file = file;
      this.#isDirect = how !== 0;
      return;
    }
    await file.close();
    if (how === 0) throw systemError('ESTALE', this.#path);
  }

  /** @param size the last block may have been filled up */
  async end(size: number, mode: number): Promise<void> {
    await this.#file.truncate(size);
    await this.#file.chmod(mode);
    await this.#file.sync();
    await this.#file.close();
  }

  async close(): Promise<void> {
    await this.#file.close().catch(() => undefined);
  }
}

/** In a folder that others may write to, another file can have taken its name. */
async function isSame(one: FileHandle, other: FileHandle): Promise<boolean> {
  const [a, b] = await Promise.all([one.stat(), other.stat()]);
  return a.dev === b.dev && a.ino === b.ino;
}
