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
  const known = await listBackups(files, folder);
  const chosen = id === undefined ? known.at(-1) : known.find((other) => other === id);
  if (chosen === undefined) throw nothingToUndo(folder, id, known.toReversed());
  const backup = await readBackup(files, folder, chosen, system.uid);
  await refuseForeign(ports, folder, backup);
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

/** What files of a deployment outside of its folder can be called; a stranger's backup must not reach any other. */
const OUTSIDE = /(?:\.(?:ya?ml|json5?|env)|\/(?:Dockerfile|Containerfile|\.env)[^/]*)$/;

async function refuseForeign({ files }: UndoPorts, folder: string, backup: Backup): Promise<void> {
  const project = (await files.realPath(folder)) ?? folder;
  for (const { realPath } of backup.files)
    if (!realPath.startsWith(`${project}/`) && !OUTSIDE.test(realPath))
      throw backupNotUsable(
        backupFolder(folder, backup.id),
        `it names ${realPath}, which is no file of a deployment`,
      );
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
