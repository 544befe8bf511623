import { basename, dirname } from 'node:path';
import type { SourceReader } from './source-reader.ts';

/**
 * Tells which of many files may be there by looking into each of their folders once, which is quicker than trying to open
 * every one. A folder that cannot be listed tells nothing: its files may be there.
 */
export function existingFiles(reader: SourceReader): (path: string) => Promise<boolean> {
  const known = lookups.get(reader) ?? createLookup(reader);
  lookups.set(reader, known);
  return known;
}

/** Ten thousand deployments of one folder have the same folders around them: each is looked into once. */
const lookups = new WeakMap<SourceReader, (path: string) => Promise<boolean>>();
const MAX_FOLDERS = 500;

function createLookup(reader: SourceReader): (path: string) => Promise<boolean> {
  const folders = new Map<string, Promise<ReadonlySet<string> | null>>();
  async function mayExist(path: string): Promise<boolean> {
    const folder = dirname(path);
    if (folder === path) return true;
    let names = folders.get(folder);
    if (names === undefined) {
      if (folders.size >= MAX_FOLDERS) folders.clear();
      names = namesIn(folder);
      folders.set(folder, names);
    }
    const known = await names;
    return known === null || known.has(basename(path));
  }
  async function namesIn(folder: string): Promise<ReadonlySet<string> | null> {
    try {
      // Most folders that are asked for are not there, which the one above tells for all that would be in it.
      return (await mayExist(folder)) ? new Set(await reader.list(folder)) : new Set();
    } catch {
      return null;
    }
  }
  return mayExist;
}
