/** The file system, reduced to what clawproof does with it. All paths are absolute. */
export interface FileStat {
  kind: 'file' | 'directory' | 'symlink' | 'other';
  /** Permission bits only, e.g. 0o600. */
  mode: number;
  uid: number;
  gid: number;
  size: number;
  /** When its content was last written, in milliseconds since 1970. */
  modifiedMs: number;
}

/** A file that is written piece by piece and is not there before `commit`. One of `commit` and `discard` ends it. */
export interface PendingFile {
  write(text: string | Uint8Array): Promise<void>;
  commit(): Promise<void>;
  discard(): Promise<void>;
}

export interface Files {
  /** UTF-8 text of a file; null when there is none. Other failures throw an AppError. */
  read(path: string): Promise<string | null>;
  readBytes(path: string): Promise<Uint8Array | null>;
  /** A plain file of any length in pieces of a megabyte; follows no link. @throws AppError when there is none */
  readPieces(path: string): AsyncIterable<Uint8Array>;
  /**
   * Text of a file in a folder that somebody else may write: follows no link, waits for no pipe, takes no more than
   * `maxBytes`. Null when there is nothing. @throws AppError for anything that is not a plain file, or a larger one.
   */
  readUntrusted(path: string, maxBytes: number): Promise<string | null>;
  /**
   * Replaces a file in one step: temporary sibling, fsync, rename, fsync of the folder. Never follows a symlink at
   * `path`. `mode` is set before any byte is written. Missing parent folders are created with 0755.
   * @throws AppError for no space, no permission, read-only file system, a folder or a symlink at `path`.
   */
  writeAtomic(
    path: string,
    text: string | Uint8Array,
    options: { mode: number; uid?: number; gid?: number },
  ): Promise<void>;
  /**
   * Gives a file that is there another text and leaves the file itself (place on the disk, owner, mode) as it is: the only
   * way to reach a container that has this one file mounted. A text of the same length is there as a whole or not at all;
   * one of another length may be found half written after a kill. Never follows a symlink.
   * @throws AppError for a file that is not there or is no plain file, and as `writeAtomic` does
   */
  overwrite(path: string, text: string): Promise<void>;
  /** As `writeAtomic`, for a text that is too long to be held: nothing is at `path` before `commit`. */
  beginAtomic(path: string, options: { mode: number }): Promise<PendingFile>;
  /** Creates a file that must not exist yet (O_EXCL). False when it exists already. */
  createExclusive(path: string, text: string, mode: number): Promise<boolean>;
  /** Adds one line to a file and syncs it to disk; creates it with 0600. */
  appendLine(path: string, line: string): Promise<void>;
  makeDirectory(path: string, mode: number): Promise<void>;
  setMode(path: string, mode: number): Promise<void>;
  setOwner(path: string, uid: number, gid: number): Promise<void>;
  /** lstat; null when there is nothing. */
  stat(path: string): Promise<FileStat | null>;
  /** Names in a folder, sorted; empty when there is none. */
  list(path: string): Promise<string[]>;
  /** Removes a file, or a folder with all in it; nothing happens when it is not there. */
  remove(path: string): Promise<void>;
  /** Removes one name that is no folder; follows nothing. Nothing happens when it is not there. */
  unlink(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Path with every symlink resolved; null when there is nothing. */
  realPath(path: string): Promise<string | null>;
  /** Bytes free for the caller on the file system that holds `path` or its nearest existing parent. */
  freeBytes(path: string): Promise<number>;
}
