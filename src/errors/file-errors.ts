import { AppError, type ErrorEntry } from './app-error.ts';
import { shellQuote } from './quote.ts';

/** What was being done with a path, as the verb of a sentence. */
export type FileOperation =
  | 'read'
  | 'write'
  | 'create'
  | 'list'
  | 'remove'
  | 'rename'
  | 'change the mode of'
  | 'change the owner of'
  | 'resolve';

type Explain = (operation: FileOperation, path: string) => Pick<ErrorEntry, 'message' | 'next'>;

const EXPLANATIONS: Record<string, { id: string; explain: Explain }> = {
  ENOSPC: { id: 'disk-full', explain: explainDiskFull },
  EDQUOT: { id: 'quota-exceeded', explain: explainQuota },
  EROFS: { id: 'read-only-file-system', explain: explainReadOnly },
  EACCES: { id: 'file-permission-denied', explain: explainPermission },
  EPERM: { id: 'file-permission-denied', explain: explainPermission },
  EISDIR: { id: 'path-is-folder', explain: explainFolder },
  ENOTDIR: { id: 'path-not-folder', explain: explainNotFolder },
  EEXIST: { id: 'path-not-folder', explain: explainNotFolder },
  ELOOP: { id: 'symlink-refused', explain: explainSymlink },
  ENAMETOOLONG: { id: 'name-too-long', explain: explainNameTooLong },
  EFBIG: { id: 'file-too-large', explain: explainTooLarge },
  ENOENT: { id: 'path-missing', explain: explainMissing },
};

/** Turns a system error of a file operation into an AppError; what it does not know keeps the system's own words. */
export function fileError(operation: FileOperation, path: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const code = errorCode(cause);
  const known = code === undefined ? undefined : EXPLANATIONS[code];
  const explained = known?.explain(operation, path) ?? {
    message: `Could not ${operation} ${path}: ${cause instanceof Error ? cause.message : String(cause)}.`,
    next: ['Look at the path and its folder:', `  ls -ld ${shellQuote(path)} ${shellQuote(parentOf(path))}`],
  };
  return new AppError(
    known?.id ?? 'file-failure',
    { exitCode: 4, state: stateOf(operation, path), ...explained },
    cause,
  );
}

/** A regular file was expected at `path`, but a symlink, socket, pipe or device is there. */
export function notRegularFile(path: string): AppError {
  return new AppError('not-regular-file', {
    exitCode: 4,
    message: `${path} is not a regular file (a device, pipe or socket is there), so clawproof does not touch it.`,
    state: 'Nothing at that path was changed.',
    next: ['See what is there, move it away, and run the command again:', `  ls -ld ${shellQuote(path)}`],
  });
}

/** The file holds bytes that are not UTF-8 text. */
export function notUtf8(path: string): AppError {
  return new AppError('file-not-utf8', {
    exitCode: 2,
    message: `${path} is not UTF-8 text, so it cannot be read safely.`,
    state: 'The file was not changed.',
    next: ['See what it is, and save it as UTF-8:', `  file ${shellQuote(path)}`],
  });
}

/** The folder in which a program was to be run does not exist (any more). */
export function workingFolderMissing(path: string, cause?: unknown): AppError {
  return new AppError(
    'working-folder-missing',
    {
      exitCode: 4,
      message: `The folder ${path} does not exist, so nothing could be run in it.`,
      state: 'Nothing was started.',
      next: ['Check the path that you gave, or run `clawproof up` to create the folder.'],
    },
    cause,
  );
}

/** errno name of a system error such as ENOSPC. */
export function errorCode(cause: unknown): string | undefined {
  const code = (cause as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

function stateOf(operation: FileOperation, path: string): string {
  if (operation === 'read' || operation === 'list' || operation === 'resolve') return 'Nothing was changed.';
  if (operation === 'write')
    return `${path} is as it was before: clawproof puts a complete new file in its place or none.`;
  if (operation === 'remove') return `${path} may be partly removed; running the command again continues.`;
  return `${path} is as it was before.`;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

function explainDiskFull(operation: FileOperation, path: string): ReturnType<Explain> {
  return {
    message: `Could not ${operation} ${path}: there is no space left on its file system.`,
    next: [
      'Free some space (or inodes), then run the same command again:',
      `  df -h ${shellQuote(parentOf(path))}`,
      `  df -i ${shellQuote(parentOf(path))}`,
    ],
  };
}

function explainQuota(operation: FileOperation, path: string): ReturnType<Explain> {
  return {
    message: `Could not ${operation} ${path}: your disk quota is used up.`,
    next: [
      'Delete files you no longer need or ask for a larger quota, then run the same command again:',
      '  quota -s',
    ],
  };
}

function explainReadOnly(operation: FileOperation, path: string): ReturnType<Explain> {
  return {
    message: `Could not ${operation} ${path}: its file system is mounted read-only.`,
    next: [
      'Choose a folder on a writable file system, or see why this one is read-only:',
      `  findmnt -T ${shellQuote(parentOf(path))}`,
    ],
  };
}

function explainPermission(operation: FileOperation, path: string): ReturnType<Explain> {
  return {
    message: `Could not ${operation} ${path}: permission denied.`,
    next: [
      'See who owns it, then run clawproof as that user or as root, or choose a folder of your own:',
      `  ls -ld ${shellQuote(path)} ${shellQuote(parentOf(path))}`,
    ],
  };
}

function explainFolder(operation: FileOperation, path: string): ReturnType<Explain> {
  return {
    message: `Could not ${operation} ${path}: it is a folder, but a file belongs there.`,
    next: [
      'Look at what is in it, move it away, and run the same command again:',
      `  ls -la ${shellQuote(path)}`,
    ],
  };
}

function explainNotFolder(operation: FileOperation, path: string): ReturnType<Explain> {
  return {
    message: `Could not ${operation} ${path}: it, or a part of the path before it, is a file where a folder belongs.`,
    next: [
      'See which part is not a folder, move it away, and run the same command again:',
      `  namei -l ${shellQuote(path)}`,
    ],
  };
}

function explainSymlink(operation: FileOperation, path: string): ReturnType<Explain> {
  return {
    message: `Could not ${operation} ${path}: it is a symbolic link (or links in a circle), and clawproof does not follow links here, because they could lead it to someone else's file.`,
    next: [
      'See where it points, replace it with a real file or folder, and run the same command again:',
      `  ls -ld ${shellQuote(path)}`,
    ],
  };
}

function explainNameTooLong(operation: FileOperation, path: string): ReturnType<Explain> {
  return {
    message: `Could not ${operation} a path of ${path.length} characters: the file system does not take names that long (${path.slice(0, 60)}…).`,
    next: ['Choose a shorter folder name and run the command again.'],
  };
}

function explainTooLarge(operation: FileOperation, path: string): Pick<ErrorEntry, 'message' | 'next'> {
  return {
    message: `Could not ${operation} ${path}: it is far larger than such a file ever is.`,
    next: ['Look at it, and move it away if it is not yours:', `  ls -l ${shellQuote(path)}`],
  };
}

function explainMissing(operation: FileOperation, path: string): ReturnType<Explain> {
  return {
    message: `Could not ${operation} ${path}: it, or a folder on the way to it, does not exist.`,
    next: ['See which part of the path is missing:', `  namei -l ${shellQuote(path)}`],
  };
}
