import { join, resolve } from 'node:path';
import type { DeploymentFile } from '../../deployment/deployment.ts';
import { isAppError } from '../../errors/app-error.ts';
import { secretFileKind } from '../../measures/secret-files.ts';
import type { SourceReader } from '../source-reader.ts';
import { secretNamesIn } from './secret-names.ts';

/** Larger files hold other things. */
const MAX_SECRET_FILE = 1024 ** 2;

/** The outcome of a look that may be refused; undefined when it was. */
export async function ifAllowed<T>(look: Promise<T>): Promise<T | undefined> {
  try {
    return await look;
  } catch (error) {
    if (!isAppError(error)) throw error;
    return undefined;
  }
}

/**
 * Kind, mode, owner and, for files that may hold secrets, the names of these.
 * @param path relative to `folder`, or absolute; the model keeps it as it is
 * @returns undefined when there is nothing, or nothing that may be looked at
 */
export async function describeFile(
  reader: SourceReader,
  folder: string,
  path: string,
  use?: DeploymentFile['use'],
): Promise<DeploymentFile | undefined> {
  const absolute = resolve(folder, path);
  const stat = await ifAllowed(reader.stat(absolute));
  if (!stat || stat.kind === 'other') return undefined;
  const { kind, mode, uid, size } = stat;
  const known = kind === 'directory' ? undefined : (use ?? secretFileKind(path));
  const file: DeploymentFile = {
    path,
    mode,
    uid,
    size,
    ...(kind === 'file' ? {} : { kind }),
    ...(known === undefined ? {} : { use: known }),
  };
  if (kind === 'file' && known !== undefined && known !== 'state' && size <= MAX_SECRET_FILE) {
    const names = await namesOfSecrets(reader, absolute);
    if (names) file.secretNames = names;
  }
  return file;
}

async function namesOfSecrets(reader: SourceReader, path: string): Promise<string[] | undefined> {
  const text = await ifAllowed(reader.text(path));
  return typeof text === 'string' ? secretNamesIn(text, path) : undefined;
}

/** Names in a folder, unless it is a link or may not be looked into. */
export async function namesIn(reader: SourceReader, folder: string, path = ''): Promise<string[]> {
  const absolute = join(folder, path);
  const stat = path === '' ? undefined : await ifAllowed(reader.stat(absolute));
  if (path !== '' && stat?.kind !== 'directory') return [];
  return (await ifAllowed(reader.list(absolute))) ?? [];
}
