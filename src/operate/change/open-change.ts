import { join } from 'node:path';
import { z } from 'zod';
import { changeUnreadable } from '../../errors/change-errors.ts';
import type { Files } from '../../ports/files.ts';
import { PATHS } from '../../render/layout.ts';
import type { OpenChange } from './change.ts';

const schema = z.strictObject({
  schema: z.literal(1),
  name: z.string().min(1),
  since: z.string(),
  begun: z.array(z.string()),
  memo: z.unknown(),
});

/**
 * The change that was begun in this folder and has not ended; null when there is none.
 * @throws AppError `change-unreadable`
 */
export async function readOpenChange(files: Files, folder: string): Promise<OpenChange | null> {
  const path = pathIn(folder);
  const text = await files.read(path);
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw changeUnreadable(path, error);
  }
}

export async function writeOpenChange(files: Files, folder: string, change: OpenChange): Promise<void> {
  await files.writeAtomic(pathIn(folder), `${JSON.stringify(change, null, 2)}\n`, { mode: 0o600 });
}

export async function removeOpenChange(files: Files, folder: string): Promise<void> {
  await files.remove(pathIn(folder));
}

function pathIn(folder: string): string {
  return join(folder, PATHS.toolFolder, 'change.json');
}
