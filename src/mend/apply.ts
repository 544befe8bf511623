import { type AppError, isAppError } from '../errors/app-error.ts';
import { fileError } from '../errors/file-errors.ts';
import { fixFileChanged, fixHalfWritten, fixNotWritten } from '../errors/mend-errors.ts';
import type { FileStat } from '../ports/files.ts';
import type { Ports } from '../ports/ports.ts';
import { type Backup, type BackupFile, backupFolder, newBackupId, sha256, writeBackup } from './backup.ts';
import { placeInProject, placeOf, refuseBackupsOutside } from './inside.ts';
import type { MendedFile } from './mend-result.ts';

export type ApplyPorts = Pick<Ports, 'files' | 'clock' | 'random'>;

/** A file with everything that writing it needs. */
interface Planned {
  file: MendedFile;
  entry: BackupFile;
  /** Null for a file that is not there yet. */
  before: Uint8Array | null;
  /** Undefined when only the mode changes. */
  after?: Uint8Array;
}

/**
 * Writes repaired files, each in one step, with their owner and, unless it changes, their mode. What they held before is
 * kept first, so that a crash at any moment leaves a state that `undoFixes` takes back. After a failure all files are as
 * before.
 * @param folder absolute folder of the deployment; the backup comes into its `.clawproof/fixes/`
 * @returns id of the backup
 * @throws AppError when a file is not what was read, is outside of the project, or cannot be written
 */
export async function writeFixes(
  ports: ApplyPorts,
  folder: string,
  files: readonly MendedFile[],
): Promise<string> {
  const { clock, random } = ports;
  const now = clock.now();
  const id = newBackupId(now, random.hex(4));
  const planned: Planned[] = [];
  for (const [index, file] of files.entries()) planned.push(await plan(ports, folder, file, index));
  const backup: Backup = { version: 1, id, at: now.toISOString(), files: planned.map(({ entry }) => entry) };
  const originals = new Map(
    planned.flatMap(({ entry, before }) =>
      entry.original !== undefined && before ? [[entry.original, before] as const] : [],
    ),
  );
  await refuseBackupsOutside(ports.files, folder);
  try {
    await writeBackup(ports.files, folder, backup, originals);
  } catch (error) {
    await discard(ports, folder, id);
    throw fixNotWritten(asAppError(error));
  }
  await writeAll(ports, folder, id, planned);
  return id;
}

async function plan(
  { files }: ApplyPorts,
  folder: string,
  file: MendedFile,
  index: number,
): Promise<Planned> {
  const realPath = await placeInProject(files, folder, file);
  const stat = await files.stat(realPath);
  const before = stat === null ? null : await files.readBytes(realPath);
  if (!isAsRead(file, before)) throw fixFileChanged(file.path);
  const after = file.text && new TextEncoder().encode(file.text.after);
  const mode = stat?.mode ?? 0o644;
  const entry: BackupFile = {
    path: file.path,
    realPath,
    mode,
    modeAfter: file.mode ?? mode,
    ...(stat === null ? {} : { uid: stat.uid, gid: stat.gid }),
    ...(before === null ? {} : { sha256Before: sha256(before), original: originalName(index) }),
    sha256After: sha256(after ?? before ?? new Uint8Array()),
  };
  return { file, entry, before, ...(after ? { after } : {}) };
}

function originalName(index: number): string {
  return `${String(index + 1).padStart(4, '0')}.orig`;
}

function isAsRead({ text }: MendedFile, bytes: Uint8Array | null): boolean {
  if (!text) return bytes !== null;
  if (text.before === null || bytes === null) return text.before === null && bytes === null;
  return sha256(bytes) === sha256(new TextEncoder().encode(text.before));
}

async function writeAll(
  ports: ApplyPorts,
  folder: string,
  id: string,
  planned: readonly Planned[],
): Promise<void> {
  const written: Planned[] = [];
  try {
    for (const next of planned) {
      // Since it was planned, other files were written: somebody may have been quicker.
      await refuseMoved(ports.files, next.entry);
      const bytes = await ports.files.readBytes(next.entry.realPath);
      if (!isAsRead(next.file, bytes)) throw fixFileChanged(next.file.path);
      written.push(next);
      await writeOne(ports, next);
    }
  } catch (error) {
    const cause = asAppError(error);
    const left = await putBack(ports, written);
    if (left.length > 0) throw fixHalfWritten(id, left, backupFolder(folder, id), cause);
    await discard(ports, folder, id);
    throw cause.id === 'fix-file-changed' ? cause : fixNotWritten(cause);
  }
}

/** A folder on the way can have become a link in the meantime. */
async function refuseMoved(files: ApplyPorts['files'], { path, realPath }: BackupFile): Promise<void> {
  if ((await placeOf(files, realPath)) !== realPath) throw fixFileChanged(path);
}

async function writeOne({ files }: ApplyPorts, { entry, after }: Planned): Promise<void> {
  if (after) await files.writeAtomic(entry.realPath, after, ownedAs(entry, entry.modeAfter));
  else await files.setMode(entry.realPath, entry.modeAfter);
}

/** @returns files that could not be put back */
async function putBack(ports: ApplyPorts, written: readonly Planned[]): Promise<string[]> {
  const left: string[] = [];
  for (const { entry, before, after } of written.toReversed()) {
    try {
      await restore(ports.files, entry, before, after !== undefined);
    } catch {
      left.push(entry.path);
    }
  }
  return left;
}

/** Puts one file back as it was; one that is as it was stays untouched. */
export async function restore(
  files: ApplyPorts['files'],
  entry: BackupFile,
  before: Uint8Array | null,
  hasText: boolean,
): Promise<void> {
  await refuseMoved(files, entry);
  const bytes = await files.readBytes(entry.realPath);
  if (before === null) {
    if (bytes !== null) await files.unlink(entry.realPath);
    return;
  }
  const isSame = bytes !== null && sha256(bytes) === entry.sha256Before;
  const stat: FileStat | null = await files.stat(entry.realPath);
  // Nobody but the owner of what is there can get it: a manifest may name others.
  const owner = stat === null ? {} : { uid: stat.uid, gid: stat.gid };
  if (hasText && !isSame) return files.writeAtomic(entry.realPath, before, { mode: entry.mode, ...owner });
  if (stat !== null && stat.mode !== entry.mode) await files.setMode(entry.realPath, entry.mode);
}

function ownedAs({ uid, gid }: BackupFile, mode: number): { mode: number; uid?: number; gid?: number } {
  return { mode, ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) };
}

async function discard({ files }: ApplyPorts, folder: string, id: string): Promise<void> {
  // What is left over holds no manifest, or one whose files are as they were: it does no harm.
  await files.remove(backupFolder(folder, id)).catch(() => undefined);
}

function asAppError(error: unknown): AppError {
  if (isAppError(error)) return error;
  return fileError('write', 'the files', error);
}
