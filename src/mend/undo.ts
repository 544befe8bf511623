import { join, relative, resolve } from 'node:path';
import { isAppError } from '../errors/app-error.ts';
import { backupNotUsable, nothingToUndo, undoConflict, undoIncomplete } from '../errors/mend-errors.ts';
import { fileError } from '../errors/file-errors.ts';
import type { Ports } from '../ports/ports.ts';
import { restore } from './apply.ts';
import {
  type Backup,
  type BackupFile,
  backupFolder,
  listBackups,
  readBackup,
  readOriginal,
  sha256,
} from './backup.ts';
import { isInside, placeOf, realProject, refuseBackupsOutside } from './inside.ts';

type UndoPorts = Pick<Ports, 'files'> & { system: Pick<Ports['system'], 'uid'> };

/** What taking back a repair did. Paths are absolute. */
export interface UndoResult {
  id: string;
  /** ISO 8601: when the repair was written. */
  at: string;
  restored: string[];
  /** Files that the repair had made. */
  removed: string[];
  /** Files that were as before already. */
  unchanged: string[];
}

type State = 'repaired' | 'as before' | 'changed since';

/**
 * Puts the files back that `writeFixes` changed, byte by byte, with their modes and owners. Also after a run that was
 * killed in the middle. Refuses when a file was changed since.
 * @param id of the repair; the newest one when absent
 * @throws AppError `fix-nothing-to-undo`, `fix-undo-conflict`, `fix-backup-not-usable`, `fix-undo-incomplete`
 */
export async function undoFixes(ports: UndoPorts, folder: string, id?: string): Promise<UndoResult> {
  const { files, system } = ports;
  await refuseBackupsOutside(files, folder);
  const known = await listBackups(files, folder);
  const chosen = id === undefined ? known.at(-1) : known.find((other) => other === id);
  if (chosen === undefined) throw nothingToUndo(folder, id, known.toReversed());
  const backup = await ownFiles(ports, folder, await readBackup(files, folder, chosen, system.uid));
  const states = new Map<BackupFile, State>();
  const originals = new Map<BackupFile, Uint8Array | null>();
  for (const file of backup.files) {
    states.set(file, await stateOf(ports, file));
    originals.set(file, file.original === undefined ? null : await readOriginal(files, folder, backup, file));
  }
  const changed = backup.files.filter((file) => states.get(file) === 'changed since');
  if (changed.length > 0)
    throw undoConflict(
      chosen,
      changed.map(({ path }) => path),
      backupFolder(folder, chosen),
    );
  const result = await putBack(ports, backup, states, originals);
  await files.remove(backupFolder(folder, chosen));
  return result;
}

/**
 * A stranger's backup must reach nothing but files of the project, and give them no rights that only root gives. What
 * is shown is the file that is written, whatever the manifest calls it.
 */
async function ownFiles({ files }: UndoPorts, folder: string, backup: Backup): Promise<Backup> {
  const project = await realProject(files, folder);
  const own: BackupFile[] = [];
  for (const file of backup.files) {
    const { realPath } = file;
    const isOwn = isInside(project, resolve(realPath)) && (await placeOf(files, realPath)) === realPath;
    if (!isOwn)
      throw backupNotUsable(
        backupFolder(folder, backup.id),
        `it names ${JSON.stringify(realPath)}, which is no file of the project`,
      );
    const path = join(folder, relative(project, realPath));
    own.push({ ...file, path, mode: file.mode & 0o777, modeAfter: file.modeAfter & 0o777 });
  }
  return { ...backup, files: own };
}

async function stateOf({ files }: UndoPorts, file: BackupFile): Promise<State> {
  const stat = await files.stat(file.realPath);
  if (stat === null) return file.original === undefined ? 'as before' : 'changed since';
  if (stat.kind !== 'file') return 'changed since';
  const bytes = await files.readBytes(file.realPath);
  const hash = bytes === null ? undefined : sha256(bytes);
  if (hash === file.sha256Before && file.sha256Before !== file.sha256After) return 'as before';
  if (hash !== file.sha256After) return 'changed since';
  // Only the mode was changed.
  return file.sha256Before === file.sha256After && stat.mode === file.mode ? 'as before' : 'repaired';
}

async function putBack(
  { files }: UndoPorts,
  backup: Backup,
  states: ReadonlyMap<BackupFile, State>,
  originals: ReadonlyMap<BackupFile, Uint8Array | null>,
): Promise<UndoResult> {
  const { id, at } = backup;
  const result: UndoResult = { id, at, restored: [], removed: [], unchanged: [] };
  for (const file of backup.files) {
    if (states.get(file) !== 'repaired') {
      result.unchanged.push(file.path);
      continue;
    }
    try {
      await restore(files, file, originals.get(file) ?? null, file.sha256Before !== file.sha256After);
    } catch (error) {
      const cause = isAppError(error) ? error : fileError('write', file.path, error);
      throw undoIncomplete(id, [...result.restored, ...result.removed], cause);
    }
    (file.original === undefined ? result.removed : result.restored).push(file.path);
  }
  return result;
}
