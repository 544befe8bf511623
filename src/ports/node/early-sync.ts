import type { FileHandle } from 'node:fs/promises';

/** What may wait in memory before it is sent to the disk. */
export const EARLY_SYNC_BYTES = 128 * 1024 * 1024;

/**
 * Has a long file brought to the disk while it is still being written, so that little is left to wait for at its end. The
 * system tells a failed write to the disk only once, and so it is kept until somebody asks.
 */
export class EarlySync {
  readonly #file: Pick<FileHandle, 'datasync'>;
  #unsynced = 0;
  #running: Promise<void> | null = null;
  #failure: { error: unknown } | null = null;

  constructor(file: Pick<FileHandle, 'datasync'>) {
    this.#file = file;
  }

  /** Call it after each write. */
  wrote(bytes: number): void {
    this.#unsynced += bytes;
    if (this.#unsynced < EARLY_SYNC_BYTES || this.#running !== null) return;
    this.#unsynced = 0;
    this.#running = this.#file
      .datasync()
      .catch((error: unknown) => void (this.#failure ??= { error }))
      .finally(() => (this.#running = null));
  }

  /** Resolves when none is under way any more. @throws what went wrong in any of them */
  async end(): Promise<void> {
    await this.#running;
    if (this.#failure !== null) throw this.#failure.error;
  }
}
