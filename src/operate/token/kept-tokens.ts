import { join } from 'node:path';
import type { Files } from '../../ports/files.ts';
import { PATHS } from '../../render/layout.ts';

/** The two tokens of a rotation, kept until it has ended: whichever comes to be the valid one, it is not lost. */
export interface KeptTokens {
  old: string;
  new: string;
}

/** Holds secrets while a rotation is under way; no backup may contain it. */
export const KEPT_FOLDER = `${PATHS.toolFolder}/token`;

/** Keeps both tokens. Those of a rotation that is under way are left as they are. */
export async function keepTokens(files: Files, folder: string, tokens: KeptTokens): Promise<void> {
  if ((await readKept(files, folder)) !== null) return;
  await files.makeDirectory(join(folder, KEPT_FOLDER), 0o700);
  await files.writeAtomic(join(folder, KEPT_FOLDER, 'old'), tokens.old, { mode: 0o400 });
  await files.writeAtomic(join(folder, KEPT_FOLDER, 'new'), tokens.new, { mode: 0o400 });
}

/** Null when no rotation is under way, or it was killed before it had kept both of them. */
export async function readKept(files: Files, folder: string): Promise<KeptTokens | null> {
  const old = await files.read(join(folder, KEPT_FOLDER, 'old'));
  const fresh = await files.read(join(folder, KEPT_FOLDER, 'new'));
  return old === null || fresh === null ? null : { old, new: fresh };
}

export async function forgetKept(files: Files, folder: string): Promise<void> {
  await files.remove(join(folder, KEPT_FOLDER));
}
