import { isAppError } from '../../errors/app-error.ts';
import type { EngineConnection } from '../../ports/engine-api.ts';
import type { MountSource } from '../proof-target.ts';

const BLOCK = 512;
/** A header, and one before it with what has no place in it. */
const FIRST_BYTES = 4 * BLOCK;

/**
 * Reads who owns what is mounted in a container, from the head of the archive in which the engine would hand it out. Nothing
 * runs in the container.
 * @returns undefined when the engine does not give it
 */
export async function readMountSource(
  connection: EngineConnection,
  container: string,
  path: string,
): Promise<MountSource | undefined> {
  try {
    const answer = await connection.request({
      action: `look at ${path} in the container`,
      method: 'GET',
      path: `/containers/${container}/archive?path=${encodeURIComponent(path)}`,
      firstBytes: FIRST_BYTES,
    });
    return answer.status === 200 ? sourceFromArchive(answer.body) : undefined;
  } catch (error) {
    if (isAppError(error)) return undefined;
    throw error;
  }
}

/** The first entry of a tar archive. Sockets are in none: what is left is its end, two empty blocks. */
export function sourceFromArchive(archive: string): MountSource | undefined {
  const number = (start: number, length: number): number =>
    Number.parseInt(archive.slice(start, start + length), 8);
  let start = 0;
  // Long names and times to the nanosecond stand in an entry of their own before the one that they are about.
  if (archive.charAt(start + 156) === 'x')
    start += BLOCK + Math.ceil(number(start + 124, 12) / BLOCK) * BLOCK;
  if (archive.slice(start + 257, start + 262) !== 'ustar')
    return /^\0{1024,}$/.test(archive) ? { kind: 'other', uid: 0, gid: 0, mode: 0o755, size: 0 } : undefined;
  const type = archive.charAt(start + 156);
  const kind = type === '5' ? 'directory' : type === '0' || type === '\0' ? 'file' : 'other';
  const [mode, uid, gid] = [number(start + 100, 8), number(start + 108, 8), number(start + 116, 8)];
  if ([mode, uid, gid].some(Number.isNaN)) return undefined;
  return { kind, uid, gid, mode: mode & 0o7777, size: kind === 'file' ? number(start + 124, 12) || 0 : 0 };
}
