import { join } from 'node:path';
import { z } from 'zod';
import { recordUnreadable } from '../../errors/update-errors.ts';
import type { Files } from '../../ports/files.ts';
import { PATHS } from '../../render/layout.ts';

const FILE = `${PATHS.toolFolder}/before-update.json`;

const schema = z.strictObject({
  schema: z.literal(1),
  /** Of the snapshot. */
  id: z.string(),
  from: z.string(),
  to: z.string(),
  /** When the update became valid, ISO 8601. */
  at: z.string(),
  stateBytes: z.number(),
});

/** What "clawproof rollback" goes back to. */
export type RollbackRecord = z.infer<typeof schema>;

/** @throws AppError `update-record-unreadable` */
export async function readRecord(files: Files, folder: string): Promise<RollbackRecord | null> {
  const text = await files.read(join(folder, FILE));
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw recordUnreadable(join(folder, FILE));
  }
}

export async function writeRecord(files: Files, folder: string, record: RollbackRecord): Promise<void> {
  await files.writeAtomic(join(folder, FILE), `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
}

export async function removeRecord(files: Files, folder: string): Promise<void> {
  await files.remove(join(folder, FILE));
}
