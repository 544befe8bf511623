import { lockedReferences } from '../../engine/images/reference.ts';
import { parseLock } from '../../engine/lock-file.ts';
import { isAppError } from '../../errors/app-error.ts';
import type { Files } from '../../ports/files.ts';
import { PATHS } from '../../render/layout.ts';
import { readRecord } from './record.ts';
import { keptFile } from './snapshot.ts';

/** Images that "clawproof rollback" would start; none where there is nothing to go back to. */
export async function rollbackImages(files: Files, folder: string): Promise<string[]> {
  try {
    const record = await readRecord(files, folder);
    const text = record === null ? null : await keptFile(files, folder, record, PATHS.lock);
    return text === null ? [] : lockedReferences(parseLock(text));
  } catch (error) {
    // What cannot be read cannot be gone back to, either; `rollback` says so.
    if (isAppError(error)) return [];
    throw error;
  }
}
