import { ArchiveCheck, ArchiveError, FOLDER_PREFIX } from './archive-check.ts';
import type { Sink } from './age-stream.ts';
import { type BackupHead, formatHead, formatManifest, HEAD_NAME, MANIFEST_NAME } from './manifest.ts';
import { BLOCK, fileHeader, padding, TarFormatError } from './tar-header.ts';
import { TarReader } from './tar-reader.ts';

/** A file of the deployment folder. */
export interface FolderFile {
  path: string;
  bytes: Uint8Array;
  mode: number;
}

/** Writes an archive into a sink. All that goes through is checked as a reader will do it. */
export class ArchiveWriter {
  readonly #sink: Sink;
  readonly #check = new ArchiveCheck();
  readonly #mtime: number;

  constructor(sink: Sink, createdAt: Date) {
    this.#sink = sink;
    this.#mtime = Math.floor(createdAt.getTime() / 1000);
  }

  async begin(head: BackupHead, files: readonly FolderFile[]): Promise<void> {
    await this.#addFile(HEAD_NAME, Buffer.from(formatHead(head)), 0o600);
    for (const { path, bytes, mode } of files) await this.#addFile(`${FOLDER_PREFIX}${path}`, bytes, mode);
  }

  /** @param archive a tar archive of the state as the container writes it: all names below "state" */
  async addState(archive: AsyncIterable<Uint8Array>): Promise<void> {
    const { reader, drain } = this.#reader();
    for await (const piece of archive) {
      reader.push(piece);
      await drain();
      // Where it comes through a pipe, nothing but the archive tells that it is over.
      if (reader.ended) break;
    }
    reader.finish();
  }

  /** @returns how many entries and bytes of contents it holds */
  async finish(): Promise<{ entries: number; bytes: number }> {
    const { lines, bytes } = this.#check;
    const entries = lines.length;
    await this.#addFile(MANIFEST_NAME, Buffer.from(formatManifest(lines, bytes)), 0o600);
    this.#check.finish();
    await this.#sink.push(Buffer.alloc(2 * BLOCK));
    await this.#sink.finish();
    return { entries, bytes };
  }

  async #addFile(name: string, bytes: Uint8Array, mode: number): Promise<void> {
    const { reader, drain } = this.#reader();
    reader.push(fileHeader(name, bytes.length, mode, this.#mtime));
    reader.push(bytes);
    reader.push(Buffer.alloc(padding(bytes.length)));
    await drain();
  }

  #reader(): { reader: TarReader; drain: () => Promise<void> } {
    const check = this.#check;
    const raw: Buffer[] = [];
    const reader = new TarReader({
      entry: (entry) => check.entry(entry),
      content: (bytes) => check.content(bytes),
      end: (entry) => check.end(entry),
      raw: (bytes) => void raw.push(bytes),
    });
    const drain = async (): Promise<void> => {
      for (const piece of raw.splice(0)) await this.#sink.push(piece);
    };
    return { reader, drain };
  }
}

/**
 * Reads a whole archive and gives what it holds. Constant memory but for the list of its entries.
 * @param onState gets the state's part as it stands in the archive
 * @throws ArchiveError, TarFormatError
 */
export async function readArchive(
  archive: AsyncIterable<Uint8Array>,
  onState?: (bytes: Buffer) => Promise<void>,
): Promise<ArchiveCheck> {
  const check = new ArchiveCheck();
  const raw: Buffer[] = [];
  // A long name comes before the entry that tells whose it is.
  let waiting: Buffer[] = [];
  const reader = new TarReader({
    entry: (entry) => {
      check.entry(entry);
      if (check.inState) raw.push(...waiting);
      waiting = [];
    },
    content: (bytes) => check.content(bytes),
    end: (entry) => check.end(entry),
    raw: (bytes, isHead) => {
      if (isHead) waiting.push(bytes);
      else if (check.inState) raw.push(bytes);
    },
  });
  for await (const piece of archive) {
    reader.push(piece);
    const parts = raw.splice(0);
    if (onState !== undefined) for (const bytes of parts) await onState(bytes);
  }
  reader.finish();
  check.finish();
  return check;
}

export function isArchiveProblem(error: unknown): error is Error {
  return error instanceof ArchiveError || error instanceof TarFormatError;
}
