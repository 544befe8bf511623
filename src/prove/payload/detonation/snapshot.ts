import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import { orElse } from '../attempt-code.ts';

/** What is known of a file without reading it, in the order of `FILE_FIELDS`. */
export type FileState = readonly [
  kind: string,
  size: number,
  mode: number,
  inode: number,
  changed: number,
  read: number,
];

export interface Snapshot {
  /** By path. */
  files: Record<string, FileState>;
  /** True when there were more than could be looked at. */
  isCut: boolean;
}

/** Beyond these a look takes too long; a twin that nothing was done to has some hundreds. */
const MOST_FILES = 30_000;
const MOST_HASHED = 8 * 1024 * 1024;

/** Looks at all files below these folders. The change time of a file cannot be set back by who changed it. */
export async function snapshotFiles(params: {
  roots: readonly string[];
  except: readonly string[];
}): Promise<Snapshot> {
  const files: Record<string, FileState> = {};
  const waiting = [...params.roots];
  let count = 0;
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (params.except.includes(path)) continue;
    if (count >= MOST_FILES) return { files, isCut: true };
    count += 1;
    const stats = orElse(() => lstatSync(path), undefined);
    if (stats === undefined) continue;
    if (stats.isDirectory()) {
      const names = orElse(() => readdirSync(path), []);
      for (const name of names) waiting.push(`${path}/${name}`);
    } else {
      const kind = stats.isFile() ? 'file' : stats.isSymbolicLink() ? 'link' : 'other';
      files[path] = [kind, stats.size, stats.mode & 0o7777, stats.ino, stats.ctimeMs, stats.atimeMs];
    }
  }
  return { files, isCut: false };
}

export interface FileHead {
  /** Base64 of the first bytes, or where a link leads to. */
  head: string;
  /** Of the whole, where it is small. */
  sha256?: string;
}

/** Reads the beginnings of files. */
export async function readHeads(params: {
  paths: readonly string[];
  bytes: number;
}): Promise<Record<string, FileHead>> {
  return Object.fromEntries(
    params.paths.flatMap((path): [string, FileHead][] => {
      const found = orElse(() => headOf(path, params.bytes), undefined);
      return found === undefined ? [] : [[path, found]];
    }),
  );
}

function headOf(path: string, most: number): FileHead {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return { head: Buffer.from(readlinkSync(path)).toString('base64') };
  if (!stats.isFile()) return { head: '' };
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(Math.min(most, stats.size));
  const size = readSync(file, buffer, 0, buffer.length, 0);
  closeSync(file);
  return {
    head: buffer.subarray(0, size).toString('base64'),
    ...(stats.size > MOST_HASHED
      ? {}
      : { sha256: createHash('sha256').update(readFileSync(path)).digest('hex') }),
  };
}

/** Whether reading a file shows in its access time here: some hosts note none. */
export async function showsReads(params: { path: string }): Promise<boolean> {
  const before = lstatSync(params.path).atimeMs;
  // The kernel's clock for files is coarse.
  await new Promise((resolve) => setTimeout(resolve, 30));
  readFileSync(params.path);
  return lstatSync(params.path).atimeMs > before;
}
