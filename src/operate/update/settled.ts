import { changeOpen } from '../../errors/update-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { readOpenChange } from '../change/open-change.ts';
import { type ChangeRequest, recoverChange } from '../change/run-change.ts';
import { withRunLock } from '../run-lock.ts';

/** Before anything is said of a deployment: while a change is under way, or was interrupted, its files tell nothing. */
export async function endInterrupted(ports: Ports, request: ChangeRequest): Promise<void> {
  if ((await readOpenChange(ports.files, request.folder)) === null) return;
  await withRunLock(ports, request.folder, 'clawproof recover', () => recoverChange(ports, request));
}

/** The same for commands that only look. @throws AppError `change-open` */
export async function requireSettled({ files }: Pick<Ports, 'files'>, folder: string): Promise<void> {
  const open = await readOpenChange(files, folder);
  if (open !== null) throw changeOpen(open.name, open.since);
}
