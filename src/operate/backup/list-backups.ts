import { join } from 'node:path';
import type { Ports } from '../../ports/ports.ts';
import { readFolder } from '../folder.ts';
import { BACKUP_FOLDER, type Encryption, encryptionOf, findBackups } from './backup-file.ts';

export interface ListedBackup {
  file: string;
  /** ISO 8601. */
  createdAt: string;
  /** Of the file, in bytes. */
  size: number;
  /** damaged = its first bytes are those of an age file that is not whole. */
  encryption: Encryption | 'damaged';
}

/** The backups in a deployment's own folder for them, newest first. What is in them is not looked at: that needs a key. */
export async function listBackups(ports: Pick<Ports, 'files'>, folder: string): Promise<ListedBackup[]> {
  const { policy } = await readFolder(ports, folder);
  const found = await findBackups(ports.files, join(folder, BACKUP_FOLDER), policy.name);
  return Promise.all(
    found.map(async ({ path, at, bytes }) => ({
      file: path,
      createdAt: at.toISOString(),
      size: bytes,
      encryption: await encryptionOf(ports.files, path).catch(() => 'damaged' as const),
    })),
  );
}
