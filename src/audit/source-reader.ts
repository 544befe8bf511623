import { basename, dirname, join } from 'node:path';
import { isAppError } from '../errors/app-error.ts';
import { fileNotText } from '../errors/audit-errors.ts';
import type { Files, FileStat } from '../ports/files.ts';
import { existingFiles } from './existing-files.ts';

/** Far more than any file that describes a deployment ever has. */
export const MAX_TEXT_BYTES = 16 * 1024 ** 2;

/** How an audit sees files. Paths are absolute. */
export interface SourceReader {
  /**
   * UTF-8 text without NUL of a plain file, also behind a symbolic link; null when there is none.
   * @throws AppError for a folder, a device or pipe, a file that is too large or no text, and for missing rights.
   */
  text(path: string): Promise<string | null>;
  /** What is there; a symbolic link is not followed. */
  stat(path: string): Promise<FileStat | null>;
  /** Names in a folder, sorted; empty when there is none. */
  list(path: string): Promise<string[]>;
  /** The path with every symbolic link resolved; null when there is nothing. */
  realPath(path: string): Promise<string | null>;
}

/** What files would hold: texts and permission bits by absolute path, in front of what is on the disk. */
export interface SourceOverlay {
  texts: ReadonlyMap<string, string>;
  modes: ReadonlyMap<string, number>;
}

type ReadFiles = Pick<Files, 'readUntrusted' | 'stat' | 'list' | 'realPath'>;

/** @param overlay what `fix` has not written yet */
export function createSourceReader(files: ReadFiles, overlay?: SourceOverlay): SourceReader {
  const reader: SourceReader = {
    text: (path) => readText(files, path),
    stat: (path) => files.stat(path),
    list: (path) => files.list(path),
    realPath: (path) => files.realPath(path),
  };
  return overlay === undefined ? reader : withOverlay(reader, overlay);
}

async function readText(files: ReadFiles, path: string): Promise<string | null> {
  const text = await files.readUntrusted(path, MAX_TEXT_BYTES).catch(async (error: unknown) => {
    if (!isAppError(error) || error.id !== 'symlink-refused') throw error;
    // The path is a link. Where it leads to is read without following another one.
    const real = await files.realPath(path);
    return real === null ? null : files.readUntrusted(real, MAX_TEXT_BYTES);
  });
  if (text?.includes('\0') === true) throw fileNotText(path);
  return text;
}

function withOverlay(reader: SourceReader, { texts, modes }: SourceOverlay): SourceReader {
  const added = new Map<string, string[]>();
  for (const path of texts.keys()) {
    const folder = dirname(path);
    added.set(folder, [...(added.get(folder) ?? []), basename(path)]);
  }
  return {
    text: async (path) => texts.get(path) ?? reader.text(path),
    stat: async (path) => {
      const found = await reader.stat(path);
      const text = texts.get(path);
      const mode = modes.get(path);
      if (found === null && text === undefined) return null;
      const base: FileStat = found ?? {
        kind: 'file',
        mode: mode ?? 0o644,
        uid: 0,
        gid: 0,
        size: 0,
        modifiedMs: 0,
      };
      return {
        ...base,
        ...(mode === undefined ? {} : { mode }),
        ...(text === undefined ? {} : { size: new TextEncoder().encode(text).length }),
      };
    },
    list: async (path) => [...new Set([...(await reader.list(path)), ...(added.get(path) ?? [])])].toSorted(),
    realPath: async (path) => (await reader.realPath(path)) ?? (texts.has(path) ? path : null),
  };
}

/**
 * The same files, for a run in which nothing changes: a folder that was listed once tells what is not in it, which is quicker
 * than to try. Most of what an audit asks for is not there.
 */
export function withListings(reader: SourceReader): SourceReader {
  const listed: SourceReader = { ...reader, list: remembering((folder) => reader.list(folder)) };
  const mayExist = existingFiles(listed);
  const stat = remembering(async (path) => ((await mayExist(path)) ? reader.stat(path) : null));
  /** By the real path of the folder around it, which is nearly always known already. */
  const realPath = remembering(async (path): Promise<string | null> => {
    if (!isTidy(path)) return reader.realPath(path);
    const found = await stat(path).catch(() => undefined);
    if (found === null) return null;
    if (found?.kind !== 'file' && found?.kind !== 'directory') return reader.realPath(path);
    const folder = await realPath(dirname(path));
    return folder === null ? null : join(folder, basename(path));
  });
  return Object.assign(listed, {
    text: async (path: string) => ((await mayExist(path)) ? reader.text(path) : null),
    stat,
    realPath,
  });
}

/** Without `.` and `..`, and without slashes that could lead through a link. */
function isTidy(path: string): boolean {
  return !/\/\.{0,2}(?:\/|$)/.test(path);
}

/** Asks once for each path, as far as memory allows. */
function remembering<T>(ask: (path: string) => Promise<T>): (path: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (path) => {
    const known = answers.get(path);
    if (known !== undefined) return known;
    if (answers.size >= MAX_REMEMBERED) answers.clear();
    const answer = ask(path);
    answers.set(path, answer);
    return answer;
  };
}

const MAX_REMEMBERED = 500;
