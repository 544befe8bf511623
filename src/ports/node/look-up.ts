// Looking at files. Each question is answered at once instead of by a turn through the pool of threads, which takes many
// times as long as the answer: an audit asks thousands of times.
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { errorCode, notRegularFile, notUtf8 } from '../../errors/file-errors.ts';
import type { FileStat } from '../files.ts';

const UNTRUSTED = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** What is there, without following a link; null when there is nothing. */
export function lookAt(path: string): FileStat | null {
  return orNothing(() => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return null;
    const kind = found.isFile()
      ? 'file'
      : found.isDirectory()
        ? 'directory'
        : found.isSymbolicLink()
          ? 'symlink'
          : 'other';
    const { uid, gid, size, mtimeMs } = found;
    return { kind, mode: found.mode & 0o7777, uid, gid, size, modifiedMs: mtimeMs };
  }, null);
}

/** Names in a folder, sorted; empty when there is none. */
export function namesIn(path: string): string[] {
  return orNothing(() => readdirSync(path).toSorted(), []);
}

/** The path with every link resolved; null when there is nothing. */
export function resolveLinks(path: string): string | null {
  return orNothing<string | null>(() => realpathSync.native(path), null);
}

/** Text of a plain file of at most `maxBytes`; follows no link and waits for no pipe. Null when there is nothing. */
export function readUntrusted(path: string, maxBytes: number): string | null {
  return orNothing<string | null>(() => {
    const file = openSync(path, UNTRUSTED);
    try {
      const found = fstatSync(file);
      if (found.isDirectory()) throw systemError('EISDIR', path);
      if (!found.isFile()) throw notRegularFile(path);
      if (found.size > maxBytes) throw systemError('EFBIG', path);
      return decode(path, readUpTo(file, path, found.size, maxBytes));
    } finally {
      closeSync(file);
    }
  }, null);
}

/** A file may grow while it is read, and those of /proc say that they are empty: the size is only where to begin. */
function readUpTo(file: number, path: string, expected: number, maxBytes: number): Uint8Array {
  let bytes = Buffer.alloc(Math.min(expected, maxBytes) + 1);
  for (let length = 0; ;) {
    const bytesRead = readSync(file, bytes, length, bytes.length - length, length);
    length += bytesRead;
    if (length > maxBytes) throw systemError('EFBIG', path);
    if (bytesRead === 0) return bytes.subarray(0, length);
    if (length === bytes.length) {
      const larger = Buffer.alloc(Math.min(2 * length + 4096, maxBytes + 1));
      bytes.copy(larger);
      bytes = larger;
    }
  }
}

/** Text of bytes. @throws AppError when they are no UTF-8 */
export function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw notUtf8(path);
  }
}

/** An error as the system gives them. */
export function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

/** `nothing` where there is no such path; a file in the middle of the path counts as that, too. */
function orNothing<T>(look: () => T, nothing: T): T {
  try {
    return look();
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return nothing;
    throw error;
  }
}
