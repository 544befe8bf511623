import { dirname, join } from 'node:path';
import { z } from 'zod';
import { restoreRecordBroken } from '../../errors/backup-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { PATHS } from '../../render/layout.ts';
import { type OwnerContext, ownByContainer, readOwned, removeOwned, writeOwned } from '../container-owner.ts';
import { tidySkillFolders } from './skill-files.ts';

/** Files of a deployment folder as they shall be, or were; kept on disk between the steps of a restore, 0600. */
const plan = z.array(
  z.strictObject({
    path: z.string(),
    mode: z.number(),
    /** True for what belongs to the gateway's user. */
    owned: z.boolean(),
    /** Null = there is no such file. */
    base64: z.string().nullable(),
  }),
);

export type FolderPlan = z.infer<typeof plan>;
export type PlannedFile = FolderPlan[number];

export const BEFORE = `${PATHS.toolFolder}/restore-before.json`;
export const AFTER = `${PATHS.toolFolder}/restore-after.json`;

export async function savePlan(
  { files }: Ports,
  folder: string,
  place: string,
  value: FolderPlan,
): Promise<void> {
  await files.writeAtomic(join(folder, place), `${JSON.stringify(value)}\n`, { mode: 0o600 });
}

/** Null when there is none. @throws AppError `restore-record-broken` */
export async function readPlan({ files }: Ports, folder: string, place: string): Promise<FolderPlan | null> {
  const text = await files.read(join(folder, place));
  if (text === null) return null;
  try {
    return plan.parse(JSON.parse(text));
  } catch (error) {
    throw restoreRecordBroken(join(folder, place), error);
  }
}

export async function removePlans({ files }: Ports, folder: string): Promise<void> {
  for (const place of [AFTER, BEFORE]) await files.unlink(join(folder, place));
}

/** The same files as they are now. */
export async function currentFiles(
  context: OwnerContext,
  folder: string,
  wanted: FolderPlan,
): Promise<FolderPlan> {
  const { files } = context.ports;
  const found: PlannedFile[] = [];
  for (const { path, mode, owned } of wanted) {
    if (owned) {
      const text = await readOwned(context, folder, path);
      found.push({ path, mode, owned, base64: text === null ? null : Buffer.from(text).toString('base64') });
      continue;
    }
    const stat = await files.stat(join(folder, path));
    const bytes = stat?.kind === 'file' ? await files.readBytes(join(folder, path)) : null;
    const base64 = bytes === null ? null : Buffer.from(bytes).toString('base64');
    found.push({ path, mode: stat?.mode ?? mode, owned, base64 });
  }
  return found;
}

/** Makes the folder hold exactly these files; each in one step, and again with the same end after an interruption. */
export async function applyPlan(context: OwnerContext, folder: string, wanted: FolderPlan): Promise<void> {
  const { files } = context.ports;
  await files.makeDirectory(join(folder, 'secrets'), 0o700);
  // First what goes: a file may come where a folder was.
  for (const { path, owned, base64 } of wanted)
    if (base64 === null && !owned) await files.unlink(join(folder, path));
  await tidySkillFolders(files, folder);
  for (const { path, mode, owned, base64 } of wanted) {
    const bytes = base64 === null ? null : Buffer.from(base64, 'base64');
    if (owned) await putOwned(context, folder, path, mode, bytes);
    else if (bytes !== null) {
      await files.makeDirectory(dirname(join(folder, path)), 0o755);
      await files.writeAtomic(join(folder, path), bytes, { mode });
    }
  }
  await tidySkillFolders(files, folder);
  await ownByContainer(context, folder);
}

async function putOwned(
  context: OwnerContext,
  folder: string,
  path: string,
  mode: number,
  bytes: Buffer | null,
): Promise<void> {
  if (bytes === null) return removeOwned(context, folder, [path]);
  await context.ports.files.makeDirectory(
    dirname(join(folder, path)),
    path.startsWith(PATHS.keys) ? 0o755 : 0o700,
  );
  await writeOwned(context, folder, {
    path,
    mode,
    text: bytes.toString('utf8'),
    owner: 'container',
    readBy: [],
  });
}
