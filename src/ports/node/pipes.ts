import { constants, open as openCallback } from 'node:fs';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import { fileError } from '../../errors/file-errors.ts';
import type { Pipes } from '../pipes.ts';

const open = promisify(openCallback);

export function createNodePipes(): Pipes {
  return {
    openToRead: async (path) => {
      const socket = await connect(path, { readable: true, writable: false });
      return {
        pieces: async function* pieces() {
          try {
            for await (const bytes of socket.iterator({ destroyOnReturn: false })) yield bytes as Uint8Array;
          } finally {
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

/** A socket waits in the event loop; a file would hold one of few threads for as long as the other side is slow. */
async function connect(path: string, direction: { readable: boolean; writable: boolean }): Promise<Socket> {
  const flags = constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  const fd = await open(path, flags).catch((error: unknown) => {
    throw fileError('read', path, error);
  });
  const socket = new Socket({ fd, ...direction });
  socket.on('error', () => undefined);
  return socket;
}

function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the pipe was closed'));
    if (socket.destroyed) return ended();
    socket.once('close', ended);
    socket.write(bytes, (error) => {
      socket.off('close', ended);
      if (error) reject(error);
      else resolve();
    });
  });
}
