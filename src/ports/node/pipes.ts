import { constants, open as openCallback } from 'node:fs';
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { promisify } from 'node:util';
import { fileError } from '../../errors/file-errors.ts';
import type { Pipes } from '../pipes.ts';

const open = promisify(openCallback);
/** What a pipe can be made to hold by everybody; it holds 64 KiB at first. */
const PIPE_BYTES = 1024 * 1024;

export function createNodePipes(): Pipes {
  return {
    openToRead: async (path) => {
      const pull = new Pull();
      const onread = { buffer: pull.buffer, callback: (length: number) => pull.take(length) };
      const socket = await connect(path, { readable: true, writable: false, onread });
      socket.once('close', () => pull.close());
      return {
        pieces: async function* pieces() {
          try {
            for (;;) yield await pull.next(socket);
          } finally {
            // Whoever still writes is not to wait.
            pull.isOver = true;
            socket.resume();
          }
        },
        close: () => void socket.destroy(),
      };
    },
    openToWrite: async (path) => {
      const socket = await connect(path, { readable: false, writable: true });
      return { write: (bytes) => write(socket, bytes), close: () => void socket.destroy() };
    },
  };
}

/** Reads a piece when one is asked for, always into the same memory: new memory for each costs more than the reading. */
class Pull {
  readonly buffer = Buffer.allocUnsafeSlow(PIPE_BYTES);
  /** Nobody asks any more, and what comes is thrown away. */
  isOver = false;
  #isClosed = false;
  /** What came before it was asked for. */
  #early: number | null = null;
  #waiting: { resolve: (piece: Buffer) => void; reject: (error: Error) => void } | null = null;

  /** @returns false when no more is to be read for now */
  take(length: number): boolean {
    if (this.isOver) return true;
    if (this.#waiting === null) this.#early = length;
    else this.#waiting.resolve(this.buffer.subarray(0, length));
    this.#waiting = null;
    return false;
  }

  next(socket: Socket): Promise<Buffer> {
    if (this.#isClosed) return Promise.reject(closedError());
    const length = this.#early;
    this.#early = null;
    if (length !== null) return Promise.resolve(this.buffer.subarray(0, length));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      socket.resume();
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting?.reject(closedError());
    this.#waiting = null;
  }
}

/** A socket waits in the event loop; a file would hold one of few threads for as long as the other side is slow. */
async function connect(
  path: string,
  options: SocketConstructorOpts & { onread?: OnReadOpts },
): Promise<Socket> {
  const flags = constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  const fd = await open(path, flags).catch((error: unknown) => {
    throw fileError('read', path, error);
  });
  const socket = new Socket({ fd, ...options });
  socket.on('error', () => undefined);
  return socket;
}

function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(closedError());
    if (socket.destroyed) return ended();
    socket.once('close', ended);
    socket.write(bytes, (error) => {
      socket.off('close', ended);
      if (error) reject(error);
      else resolve();
    });
  });
}

function closedError(): Error {
  return new Error('the pipe was closed');
}
