import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from '../attempt-code.ts';

export interface Baits {
  /** What earlier attacks left: goes away first. */
  remove: readonly string[];
  /** Path → text. Folders are made. */
  files: Readonly<Record<string, string>>;
  /** Path → where it leads to. */
  links: Readonly<Record<string, string>>;
}

/** Puts files of ours beside the twin's own. @returns by path, "done" or why not */
export async function plantBaits({ remove, files, links }: Baits): Promise<Record<string, string>> {
  const made: Record<string, string> = {};
  for (const path of remove) made[path] = codeOf(() => rmSync(path, { recursive: true, force: true }));
  const make = (path: string, work: () => void): void => {
    made[path] = codeOf(() => {
      mkdirSync(dirname(path), { recursive: true });
      work();
    });
  };
  for (const [path, text] of Object.entries(files))
    make(path, () => writeFileSync(path, text, { mode: text.startsWith('#!') ? 0o700 : 0o600 }));
  for (const [path, target] of Object.entries(links)) make(path, () => symlinkSync(target, path));
  return made;
}

export interface FileLook {
  exists: boolean;
  hasWord: boolean;
}

/** Whether files are there, and hold a word. */
export async function lookAtFiles(params: {
  paths: readonly string[];
  word: string;
}): Promise<Record<string, FileLook>> {
  const look = (path: string): FileLook => {
    try {
      return { exists: true, hasWord: readFileSync(path, 'utf8').includes(params.word) };
    } catch {
      return { exists: existsSync(path), hasWord: false };
    }
  };
  return Object.fromEntries(params.paths.map((path) => [path, look(path)]));
}
