import { join } from 'node:path';
import { AgeError, decrypt, Input, readAgeHeader } from './age-stream.ts';
import { type Key, wantsPassphrase } from './age-key.ts';
import { isArchiveProblem, readArchive } from './archive.ts';
import type { ArchiveCheck } from './archive-check.ts';
import { backupKeyWrong, backupRefused, backupWithoutKey } from '../../errors/backup-errors.ts';
import type { Files } from '../../ports/files.ts';

export const BACKUP_FOLDER = 'backups';
export type Encryption = 'passphrase' | 'recipient' | 'none';

/** "openclaw-20261122T131500Z.tar.age" */
export function backupName(name: string, at: Date, encryption: Encryption): string {
  const stamp = at.toISOString().replace(/[-:]|\.\d+/g, '');
  return `${name}-${stamp}.tar${encryption === 'none' ? '' : '.age'}`;
}

/** When the backup of that name was made; null for a name that this deployment's backups do not have. */
export function backupTime(name: string, file: string): Date | null {
  if (!file.startsWith(`${name}-`)) return null;
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.tar(?:\.age)?$/.exec(file.slice(name.length + 1));
  if (found === null) return null;
  const [, year, month, day, hour, minute, second] = found;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time.getTime()) ? null : time;
}

/** How a file is encrypted, by its first bytes. @throws AppError `backup-refused` for a damaged age file */
export async function encryptionOf(files: Files, file: string): Promise<Encryption> {
  const input = new Input(files.readPieces(file));
  try {
    const header = await readAgeHeader(input);
    return wantsPassphrase(header) ? 'passphrase' : 'recipient';
  } catch (error) {
    if (!(error instanceof AgeError)) throw error;
    if (error.reason === 'no-age-file') return 'none';
    throw backupRefused(file, 'its beginning is damaged');
  } finally {
    await input.close();
  }
}

/**
 * Reads a backup from its first byte to its last, and checks all of it.
 * @param key what opens it; not needed for one without encryption
 * @param onState gets the state's part of the archive
 * @throws AppError `backup-refused`, `backup-key-wrong`, `backup-without-key`
 */
export async function readBackup(
  files: Files,
  file: string,
  key: Key | null,
  onState?: (bytes: Buffer) => Promise<void>,
): Promise<ArchiveCheck> {
  const encryption = await encryptionOf(files, file);
  if (encryption !== 'none' && key === null) throw backupWithoutKey(file, encryption === 'passphrase');
  const pieces = files.readPieces(file);
  try {
    return await readArchive(encryption === 'none' || key === null ? pieces : decrypt(pieces, key), onState);
  } catch (error) {
    throw explain(file, error);
  }
}

function explain(file: string, error: unknown): unknown {
  if (error instanceof AgeError) {
    if (error.reason === 'wrong-key') return backupKeyWrong(file);
    return backupRefused(file, 'it is damaged or cut short: what is in it is not what was encrypted');
  }
  return isArchiveProblem(error) ? backupRefused(file, error.message) : error;
}

/** The backups of a deployment in a folder, newest first. */
export async function findBackups(
  files: Files,
  folder: string,
  name: string,
): Promise<{ path: string; at: Date; bytes: number }[]> {
  const found: { path: string; at: Date; bytes: number }[] = [];
  for (const file of await files.list(folder)) {
    const at = backupTime(name, file);
    const stat = at === null ? null : await files.stat(join(folder, file));
    if (at !== null && stat?.kind === 'file') found.push({ path: join(folder, file), at, bytes: stat.size });
  }
  return found.toSorted((a, b) => b.at.getTime() - a.at.getTime());
}
