import type { Pipes } from '../pipes.ts';

/** Pipes in memory: what was put in comes out; what was written is kept. */
export class FakePipes implements Pipes {
  readonly contents = new Map<string, Uint8Array[]>();
  readonly written = new Map<string, Uint8Array[]>();

  async openToRead(path: string): ReturnType<Pipes['openToRead']> {
    const pieces = this.contents.get(path) ?? [];
    return {
      pieces: async function* all() {
        yield* pieces;
      },
      close: () => undefined,
    };
  }

  async openToWrite(path: string): ReturnType<Pipes['openToWrite']> {
    const pieces: Uint8Array[] = [];
    this.written.set(path, pieces);
    return { write: async (bytes) => void pieces.push(bytes), close: () => undefined };
  }
}
