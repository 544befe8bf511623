import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * Relative path → kind, mode, owner and hash of everything in a folder: equal states mean that nothing was changed.
 * @param except names of entries at the top that are left out
 */
export function folderState(folder: string, except: readonly string[] = []): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const state: Record<string, string> = {};
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (except.includes(name.split('/')[0] ?? '')) continue;
    const { mode, uid } = lstatSync(path);
    state[name] = `${(mode & 0o7777).toString(8)} ${uid} ${content(path, entry)}`;
  }
  return state;
}

function content(path: string, entry: { isFile(): boolean; isSymbolicLink(): boolean }): string {
  if (entry.isSymbolicLink()) return `-> ${readlinkSync(path)}`;
  return entry.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'folder';
}

/** Temporary files that a killed run left. */
export function leftovers(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tmp'));
}
