import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Files } from '../ports/files.ts';
import { backupNotUsable } from '../errors/mend-errors.ts';
import { PATHS } from '../render/layout.ts';

/** What one run of `fix --write` changed, and what it needs to take it back. Paths are absolute. */
export interface Backup {
  version: 1;
  /** Time and chance, so that ids sort by time. */
  id: string;
  /** ISO 8601. */
  at: string;
  files: BackupFile[];
}

export interface BackupFile {
  /** As the deployment names it. */
  path: string;
  /** Where it really is. */
  realPath: string;
  /** Name of the file with its bytes from before, in the backup's folder; absent for a file that was not there. */
  original?: string;
  /** Permission bits from before and from after. */
  mode: number;
  modeAfter: number;
  uid?: number;
  gid?: number;
  /** SHA-256 of the bytes as hexadecimal; absent before for a file that was not there. */
  sha256Before?: string;
  sha256After: string;
}

const MANIFEST = 'manifest.json';
const MAX_MANIFEST_BYTES = 4 * 1024 ** 2;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const ID = /^\d{8}-\d{6}-[0-9a-f]{8}$/;

export function fixesFolder(folder: string): string {
  return join(folder, PATHS.toolFolder, 'fixes');
}

export function backupFolder(folder: string, id: string): string {
  return join(fixesFolder(folder), id);
}

export function newBackupId(now: Date, random: string): string {
  const digits = now
    .toISOString()
    .replaceAll(/[-:]|\..*$/g, '')
    .replace('T', '-');
  return `${digits}-${random.slice(0, 8)}`;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Keeps what will be changed, where only its owner can read it, and out of version control. The manifest comes last: a
 * folder without one means that no file was touched.
 */
export async function writeBackup(
  files: Files,
  folder: string,
  backup: Backup,
  originals: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const place = backupFolder(folder, backup.id);
  await files.makeDirectory(fixesFolder(folder), 0o700);
  await files.createExclusive(join(fixesFolder(folder), '.gitignore'), '*\n', 0o600);
  await files.makeDirectory(place, 0o700);
  for (const { original } of backup.files) {
    const bytes = original === undefined ? undefined : originals.get(original);
    if (original !== undefined && bytes)
      await files.writeAtomic(join(place, original), bytes, { mode: 0o600 });
  }
  await files.writeAtomic(join(place, MANIFEST), `${JSON.stringify(backup, null, 2)}\n`, { mode: 0o600 });
}

/** Ids of what can be undone, the newest last. Folders that a crash left before anything was written are not among them. */
export async function listBackups(files: Files, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await files.list(fixesFolder(folder)))
    if (ID.test(name) && (await files.stat(join(backupFolder(folder, name), MANIFEST))) !== null)
      found.push(name);
  return found;
}

/**
 * Reads a backup. One that others can write, or that belongs to somebody else, is refused: it may have come with the
 * files of a stranger, and would put anything anywhere.
 * @throws AppError `fix-backup-not-usable`
 */
export async function readBackup(
  files: Files,
  folder: string,
  id: string,
  uid: number | null,
): Promise<Backup> {
  const place = backupFolder(folder, id);
  for (const path of [place, join(place, MANIFEST)]) {
    const found = await files.stat(path);
    if (found === null || (found.mode & 0o077) !== 0 || (uid !== null && found.uid !== uid))
      throw backupNotUsable(place, 'it does not belong to you alone, so clawproof did not make it here');
  }
  const text = (await files.readUntrusted(join(place, MANIFEST), MAX_MANIFEST_BYTES)) ?? '';
  const backup = parseManifest(text);
  if (backup?.id !== id) throw backupNotUsable(place, 'its manifest is damaged');
  return backup;
}

/** Bytes from before, which must be those that were kept. */
export async function readOriginal(
  files: Files,
  folder: string,
  backup: Backup,
  file: BackupFile,
): Promise<Uint8Array> {
  const place = backupFolder(folder, backup.id);
  const bytes = file.original === undefined ? null : await files.readBytes(join(place, file.original));
  if (bytes === null || sha256(bytes) !== file.sha256Before)
    throw backupNotUsable(place, `the copy of ${file.path} is damaged`);
  return bytes;
}

function parseManifest(text: string): Backup | undefined {
  try {
    const value = JSON.parse(text) as Backup;
    const isWhole =
      value.version === 1 &&
      ISO_TIME.test(value.at) &&
      Array.isArray(value.files) &&
      value.files.every(isBackupFile);
    return isWhole ? value : undefined;
  } catch {
    return undefined;
  }
}

function isBackupFile(file: BackupFile): boolean {
  return (
    typeof file.path === 'string' &&
    typeof file.realPath === 'string' &&
    file.realPath.startsWith('/') &&
    typeof file.sha256After === 'string' &&
    Number.isInteger(file.mode) &&
    Number.isInteger(file.modeAfter) &&
    (file.original === undefined || /^\d{4}\.orig$/.test(file.original))
  );
}
