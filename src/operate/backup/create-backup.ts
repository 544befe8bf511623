import { dirname, join } from 'node:path';
import { endLeftWork, gatewayImage, stateVolume } from '../state/state-volume.ts';
import { thawLeft, whileFrozen } from '../state/freeze.ts';
import { backupExists, backupNoSpace, backupStateUnread } from '../../errors/backup-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { PendingFile } from '../../ports/files.ts';
import type { TaskHandle } from '../../ports/terminal.ts';
import { type ChangeRequest, recoverChange } from '../change/run-change.ts';
import { ownerContext } from '../container-owner.ts';
import { openJournal } from '../journal.ts';
import { removeLeftovers } from '../leftovers.ts';
import { withRunLock } from '../run-lock.ts';
import { openSession, type Session } from '../session.ts';
import { type Lock, makeFileKey } from './age-key.ts';
import { type Encrypter, type EncryptingSink, startEncrypter } from './age-encrypt.ts';
import { ArchiveWriter, type FolderFile, isArchiveProblem } from './archive.ts';
import { inBatches } from './batch.ts';
import { BACKUP_FOLDER, backupName, type Encryption, findBackups } from './backup-file.ts';
import { readFolderFiles } from './folder-files.ts';
import { type BackupHead, FORMAT } from './manifest.ts';
import { readState, type StateSize } from './state-stream.ts';

const MiB = 1024 * 1024;

export interface BackupRequest extends ChangeRequest {
  /** File, or folder for a file of the usual name; backups/ of the deployment when absent. Absolute. */
  output?: string;
  /** Null = not encrypted. */
  lock: Lock | null;
  /** Of the deployment's backups in the same folder, so many are left; all when absent. */
  keep?: number;
}

export interface BackupResult {
  file: string;
  /** Of the file. */
  size: number;
  entries: number;
  /** Of all contents. */
  bytes: number;
  encryption: Encryption;
  openclaw: string;
  /** For how long the gateway stood still. */
  frozenMs: number;
  durationMs: number;
  /** Pipes and sockets that were left out. */
  special: number;
  /** Older backups that --keep removed. */
  removed: string[];
}

interface Work extends Session {
  ports: Ports;
  toolVersion: string;
}

/**
 * Writes all of a deployment into one file: nothing is at its path before it is whole. The gateway stands still while its
 * state is read.
 */
export async function createBackup(ports: Ports, request: BackupRequest): Promise<BackupResult> {
  const { folder, toolVersion } = request;
  return withRunLock(ports, folder, 'clawproof backup', async () => {
    await recoverChange(ports, { folder, toolVersion });
    const context: Work = { ...(await openSession(ports, folder)), ports, toolVersion };
    await thawLeft(context);
    await endLeftWork(context.docker, stateVolume(context.policy));
    await removeLeftovers(ports.files, folder);
    const began = ports.clock.now();
    const file = await targetFile(context, request, began);
    const journal = await openJournal(ports, folder, 'backup');
    try {
      const written = await ports.progress.task('Backup', (task) =>
        writeBackup(context, request, file, began, task),
      );
      const removed = await removeOld(context, dirname(file), request.keep);
      await journal.done(`wrote ${file}; the gateway stood still for ${written.frozenMs} ms`);
      return { ...written, removed };
    } catch (error) {
      await journal.failed(error instanceof Error ? error.name : 'unknown');
      throw error;
    }
  });
}

async function targetFile(context: Work, { output, lock }: BackupRequest, at: Date): Promise<string> {
  const { ports, path, policy } = context;
  const name = backupName(policy.name, at, encryptionFor(lock));
  const found = output === undefined ? null : await ports.files.stat(output);
  const isFolder = output === undefined || output.endsWith('/') || found?.kind === 'directory';
  const file = isFolder ? join(output ?? join(path, BACKUP_FOLDER), name) : output;
  if (output === undefined) await ports.files.makeDirectory(join(path, BACKUP_FOLDER), 0o700);
  if ((await ports.files.stat(file)) !== null) throw backupExists(file);
  return file;
}

async function writeBackup(
  context: Work,
  { lock }: BackupRequest,
  file: string,
  at: Date,
  task: TaskHandle,
): Promise<Omit<BackupResult, 'removed'>> {
  const { ports, policy } = context;
  const began = ports.clock.monotonicMs();
  const volume = stateVolume(policy);
  const done = await whilePreparing(context, lock, (prepared) =>
    readState(context, volume, async (size, archive) => {
      await requireSpace(ports, dirname(file), size);
      const { files, encrypter } = await prepared;
      const pending = await ports.files.beginAtomic(file, { mode: 0o600 });
      const counted = countBytes(pending, createProgress(task, size.bytes));
      const sink = encrypter?.to(counted.write) ?? unencrypted(counted.write);
      try {
        const writer = new ArchiveWriter(sink, at);
        await writer.begin(headOf(context, at), files);
        const { frozenMs } = await whileFrozen(context, volume, async () => writer.addState(await archive()));
        const { entries, bytes } = await writer.finish();
        await pending.commit();
        return { frozenMs, entries, bytes, special: size.special, size: counted.size() };
      } catch (error) {
        await sink.settle();
        await pending.discard();
        throw isArchiveProblem(error) ? backupStateUnread(volume, error.message) : error;
      }
    }),
  );
  task.result(`${(done.size / MiB).toFixed(1)} MiB; gateway held for ${(done.frozenMs / 1000).toFixed(1)} s`);
  const durationMs = Math.round(ports.clock.monotonicMs() - began);
  return {
    ...done,
    file,
    encryption: encryptionFor(lock),
    openclaw: context.lock.openclaw.version,
    durationMs,
  };
}

/** What a backup needs beside the state. */
interface Prepared {
  files: FolderFile[];
  /** Null = not encrypted. */
  encrypter: Encrypter | null;
}

/** Gets ready while the container that reads the state starts: both take about as long. */
async function whilePreparing<T>(
  context: Work,
  lock: Lock | null,
  work: (prepared: Promise<Prepared>) => Promise<T>,
): Promise<T> {
  const encrypter =
    lock === null ? null : makeFileKey(lock).then((key) => startEncrypter(context.ports, key));
  const files = readFolderFiles(ownerContext(context, gatewayImage(context)), context.path);
  const prepared = Promise.all([files, encrypter]).then(([read, started]) => ({
    files: read,
    encrypter: started,
  }));
  // Whoever asks for it hears of its failure; where the container fails first, that comes first.
  prepared.catch(() => undefined);
  try {
    return await work(prepared);
  } finally {
    const [, started] = await Promise.allSettled([files, encrypter]);
    if (started.status === 'fulfilled') started.value?.close();
  }
}

function unencrypted(write: (bytes: Buffer) => Promise<void>): EncryptingSink {
  return { ...inBatches(MiB, write), settle: () => Promise.resolve() };
}

function headOf({ policy, lock, toolVersion }: Work, at: Date): BackupHead {
  const { gateway, egress, ingress } = lock.images;
  const image = (one: typeof gateway): BackupHead['images']['gateway'] =>
    one === null ? null : { source: one.source, reference: one.reference, digest: one.digest };
  return {
    format: FORMAT,
    name: policy.name,
    createdAt: at.toISOString(),
    clawproof: toolVersion,
    openclaw: lock.openclaw.version,
    images: { gateway: image(gateway), egress: image(egress), ingress: image(ingress) },
  };
}

async function requireSpace({ files }: Ports, folder: string, { bytes }: StateSize): Promise<void> {
  const free = await files.freeBytes(folder);
  // Headers and the manifest come on top; a file system that is full to the last byte helps nobody.
  const needed = Math.ceil(bytes * 1.05) + 64 * MiB;
  if (free < needed) throw backupNoSpace(folder, free, needed);
}

function encryptionFor(lock: Lock | null): Encryption {
  if (lock === null) return 'none';
  return 'passphrase' in lock ? 'passphrase' : 'recipient';
}

function countBytes(
  pending: PendingFile,
  progress: (written: number) => void,
): { write: (bytes: Buffer) => Promise<void>; size: () => number } {
  let size = 0;
  const write = async (bytes: Buffer): Promise<void> => {
    await pending.write(bytes);
    size += bytes.length;
    progress(size);
  };
  return { write, size: () => size };
}

function createProgress(task: TaskHandle, total: number): (written: number) => void {
  let shown = -1;
  return (written) => {
    const percent = Math.min(100, Math.floor((written / Math.max(1, total)) * 100));
    if (percent === shown) return;
    shown = percent;
    task.step(`${percent} % of ${(total / MiB).toFixed(0)} MiB`);
  };
}

/** Only files with the names that this deployment's backups have are ever removed. */
async function removeOld(
  { ports, policy }: Work,
  folder: string,
  keep: number | undefined,
): Promise<string[]> {
  if (keep === undefined) return [];
  const old = (await findBackups(ports.files, folder, policy.name)).slice(keep);
  for (const { path } of old) await ports.files.unlink(path);
  return old.map(({ path }) => path);
}
