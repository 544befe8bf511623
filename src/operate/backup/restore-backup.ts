import { backupNoSpace } from '../../errors/backup-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ChangeContext } from '../change/change.ts';
import { type ChangeRequest, runChange } from '../change/run-change.ts';
import type { Key } from './age-key.ts';
import { readBackup } from './backup-file.ts';
import { isRunning } from '../token/take-token.ts';
import { restoreChange, restoredVolume } from './restore-change.ts';
import { planRestore } from './restore-plan.ts';
import { writeState } from './state-stream.ts';
import { described, type VerifyResult } from './verify-backup.ts';

export interface RestoreRequest extends ChangeRequest {
  file: string;
  key: Key | null;
}

export interface RestoreResult extends Pick<
  VerifyResult,
  'file' | 'createdAt' | 'openclaw' | 'entries' | 'bytes'
> {
  /** What the user should know of it, a sentence each. */
  notes: string[];
}

/**
 * Puts a backup in the place of what is there. Before anything is touched, all of it has been checked and lies in a volume
 * of its own.
 * @throws AppError `backup-refused`, `backup-key-wrong`, `backup-foreign`, `backup-too-new`, `gateway-not-ready`
 */
export async function restoreBackup(ports: Ports, request: RestoreRequest): Promise<RestoreResult> {
  const { file, key } = request;
  let result: RestoreResult | undefined;
  const change = restoreChange(async (context, report) => {
    await requireSpace(context, file);
    const check = await writeState(context, restoredVolume(context), (write) =>
      readBackup(ports.files, file, key, write),
    );
    const plan = await planRestore(context, check, file);
    result = { ...described(file, check), notes: plan.notes };
    report(`${check.lines.length} entries, all as the manifest says`);
    return plan.files;
  });
  // Asked before the stop: what a killed one had found out is in no memo.
  await runChange(ports, request, change, async (context) => ({
    file,
    wasRunning: await isRunning(context),
  }));
  if (result === undefined) throw new Error('a restore was made without an archive');
  return result;
}

/** The archive's state lies on the engine's disk twice for a while, and the replaced one besides. */
async function requireSpace({ ports, engine, path }: ChangeContext, file: string): Promise<void> {
  const size = (await ports.files.stat(file))?.size ?? 0;
  const folder = engine.engine?.rootDir ?? path;
  const free = await ports.files.freeBytes(folder);
  if (free < 2 * size) throw backupNoSpace(folder, free, 2 * size);
}
