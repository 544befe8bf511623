import {
  chmod,
  constants,
  type FileHandle,
  lchown,
  link,
  lstat,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat as statThrough,
  statfs,
  unlink,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { errorCode, fileError, type FileOperation, notRegularFile } from '../../errors/file-errors.ts';
import type { Files, FileStat, PendingFile } from '../files.ts';
import { decode, lookAt, namesIn, readUntrusted, resolveLinks, systemError } from './look-up.ts';
import { createLongFile } from './long-file.ts';
import { randomHex } from './random.ts';

/** The real file system. */
export function createNodeFiles(): Files {
  return {
    read: async (path) => {
      const bytes = await readBytes(path);
      return bytes === null ? null : decode(path, bytes);
    },
    readBytes,
    readPieces,
    readUntrusted: (path, maxBytes) =>
      guarded('read', path, async () => {
        // Looking is done at once: here signals and the display of the progress get their turn.
        await turn();
        return readUntrusted(path, maxBytes);
      }),
    writeAtomic: (path, text, options) => guarded('write', path, () => writeAtomic(path, text, options)),
    overwrite: (path, text) => guarded('write', path, () => overwrite(path, text)),
    beginAtomic: (path, options) => guarded('write', path, () => beginAtomic(path, options)),
    createExclusive: (path, text, mode) => guarded('create', path, () => createExclusive(path, text, mode)),
    appendLine: (path, line) => guarded('write', path, () => appendLine(path, line)),
    makeDirectory: (path, mode) => guarded('create', path, () => makeDirectory(path, mode)),
    setMode: (path, mode) => guarded('change the mode of', path, () => setMode(path, mode)),
    setOwner: (path, uid, gid) => guarded('change the owner of', path, () => lchown(path, uid, gid)),
    stat: (path) => guarded('read', path, async () => lookAt(path)),
    list: (path) => guarded('list', path, async () => namesIn(path)),
    remove: (path) => guarded('remove', path, () => rm(path, { recursive: true, force: true })),
    unlink: (path) => guarded('remove', path, () => orNothing(() => unlink(path), undefined)),
    rename: (from, to) =>
      guarded('rename', from, async () => {
        await rename(from, to);
        await syncFolder(dirname(to));
      }),
    realPath: (path) => guarded('resolve', path, async () => resolveLinks(path)),
    freeBytes: (path) => guarded('read', path, () => freeBytes(path)),
  };
}

async function guarded<T>(operation: FileOperation, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError(operation, path, error);
  }
}

/** `nothing` where there is no such path; a file in the middle of the path counts as that, too. */
async function orNothing<T>(work: () => Promise<T>, nothing: T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return nothing;
    throw error;
  }
}

function readBytes(path: string): Promise<Uint8Array | null> {
  return guarded('read', path, () => orNothing<Uint8Array | null>(() => readFile(path), null));
}

const PIECE_BYTES = 1024 * 1024;

async function* readPieces(path: string): AsyncGenerator<Uint8Array> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await guarded('read', path, () => open(path, flags));
  try {
    const found = await file.stat();
    if (!found.isFile()) throw found.isDirectory() ? systemError('EISDIR', path) : notRegularFile(path);
    for (;;) {
      const buffer = Buffer.allocUnsafe(PIECE_BYTES);
      const { bytesRead } = await guarded('read', path, () => file.read(buffer));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function writeAtomic(
  path: string,
  text: string | Uint8Array,
  options: { mode: number; uid?: number; gid?: number },
): Promise<void> {
  const folder = dirname(path);
  await makeParents(folder);
  refuseUnlessRegular(path, lookAt(path));
  const temporary = join(folder, temporaryName());
  try {
    await writeNew(temporary, text, options);
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}

async function overwrite(path: string, text: string): Promise<void> {
  refuseUnlessRegular(path, lookAt(path));
  const bytes = Buffer.from(text);
  const file = await open(path, constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    await file.write(bytes, 0, bytes.length, 0);
    await file.truncate(bytes.length);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function beginAtomic(path: string, { mode }: { mode: number }): Promise<PendingFile> {
  const folder = dirname(path);
  await makeParents(folder);
  refuseUnlessRegular(path, lookAt(path));
  const temporary = join(folder, temporaryName());
  const file = await createLongFile(temporary);
  const discard = async (): Promise<void> => {
    await file.close();
    await unlink(temporary).catch(() => undefined);
  };
  /** A write that failed leaves nothing behind, whatever the caller does then. */
  const orDiscard = (work: () => Promise<void>): Promise<void> =>
    guarded('write', path, work).catch(async (error: unknown) => {
      await discard();
      throw error;
    });
  return {
    write: (text) => orDiscard(() => file.write(Buffer.from(text))),
    commit: () =>
      orDiscard(async () => {
        await file.finish(mode);
        await rename(temporary, path);
        await syncFolder(folder);
      }),
    discard,
  };
}

/** By a hard link where the file system has them: the file then appears with all its text, never empty. */
async function createExclusive(path: string, text: string, mode: number): Promise<boolean> {
  const folder = dirname(path);
  const temporary = join(folder, temporaryName());
  try {
    await writeNew(temporary, text, { mode });
    await link(temporary, path).catch((error: unknown) => {
      const code = errorCode(error);
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
      return writeNew(path, text, { mode });
    });
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
  await syncFolder(folder);
  return true;
}

/** A new file with its owner and mode set before any byte is in it, synced to disk. */
async function writeNew(
  path: string,
  text: string | Uint8Array,
  options: { mode: number; uid?: number; gid?: number },
): Promise<void> {
  const file = await open(
    path,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    0o600,
  );
  try {
    if (options.uid !== undefined || options.gid !== undefined)
      await file.chown(options.uid ?? -1, options.gid ?? -1);
    await file.chmod(options.mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function appendLine(path: string, line: string): Promise<void> {
  if (line.includes('\n')) throw new TypeError('appendLine takes one line');
  const file = await open(
    path,
    constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW,
    0o600,
  );
  try {
    await file.appendFile(`${(await endsMidLine(file)) ? '\n' : ''}${line}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A line that was torn by a power cut must not swallow the next one. */
async function endsMidLine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  await file.read(last, 0, 1, size - 1);
  return last[0] !== 0x0a;
}

async function makeDirectory(path: string, mode: number): Promise<void> {
  const found = lookAt(path);
  if (found?.kind === 'directory') return;
  if (found !== null) throw systemError(found.kind === 'symlink' ? 'ELOOP' : 'EEXIST', path);
  await makeParents(dirname(path));
  await mkdir(path, 0o700);
  // The umask has no say.
  await chmod(path, mode);
  await syncFolder(dirname(path));
}

/**
 * Missing folders get 0755 whatever the umask is: the container's user must be able to pass through them. One level at
 * a time: Node's recursive mkdir says ENOENT where the file system is read-only.
 */
async function makeParents(folder: string): Promise<void> {
  try {
    await mkdir(folder, 0o755);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST' && (await isFolder(folder))) return;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeParents(dirname(folder));
    return makeParents(folder);
  }
  await chmod(folder, 0o755);
}

/** Also behind a symbolic link. */
async function isFolder(path: string): Promise<boolean> {
  const found = await statThrough(path).catch(() => null);
  return found?.isDirectory() === true;
}

async function setMode(path: string, mode: number): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) throw systemError('ELOOP', path);
  try {
    // Through a handle, so that nobody can put a link there in between.
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      await file.chmod(mode);
    } finally {
      await file.close();
    }
  } catch (error) {
    // An owner may set the mode of a file that he cannot read; as he is not root, a link leads him nowhere new.
    if (errorCode(error) !== 'EACCES') throw error;
    await chmod(path, mode);
  }
}

function refuseUnlessRegular(path: string, found: FileStat | null): void {
  if (found === null || found.kind === 'file') return;
  if (found.kind === 'other') throw notRegularFile(path);
  throw systemError(found.kind === 'symlink' ? 'ELOOP' : 'EISDIR', path);
}

/** Makes a rename or a new name last through a power cut. Some file systems cannot sync folders; that is no failure. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch {
    // The file itself is complete and synced.
  }
}

async function freeBytes(path: string): Promise<number> {
  for (let current = path; ; current = dirname(current)) {
    const found = await orNothing(() => statfs(current), null);
    if (found !== null) return found.bavail * found.bsize;
    if (current === dirname(current)) return 0;
  }
}

/** A name that is left over comes from a killed run. */
function temporaryName(): string {
  return `.clawproof-${randomHex(8)}.tmp`;
}
