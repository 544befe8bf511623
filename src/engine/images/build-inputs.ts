import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Lock } from '../lock-file.ts';
import type { Files } from '../../ports/files.ts';
import type { ImageRole } from './image-engine.ts';

/** Raised when builds change in a way that their files do not show. */
const RECIPE = 1;
/** Downloads, known by the checksums in the lock; they need not lie in the context once the image is built. */
const DOWNLOADS = new Set(['node.tgz', 'npm.tgz']);

export function buildFolder(deploymentFolder: string, role: ImageRole): string {
  return join(deploymentFolder, 'build', role);
}

/** Hash of everything that an image is built from; null while the lock or the context is not complete. */
export async function buildInputs(
  files: Files,
  folder: string,
  role: ImageRole,
  lock: Lock,
): Promise<string | null> {
  if (lock.base === null) return null;
  const needs = role === 'gateway' ? [lock.node, lock.npm, lock.dependencies, lock.openclaw.integrity] : [];
  if (needs.includes(null)) return null;
  const context = buildFolder(folder, role);
  const names = (await files.list(context)).filter((name) => !DOWNLOADS.has(name) && !name.endsWith('.tmp'));
  if (!names.includes('Dockerfile')) return null;
  const hashes = await Promise.all(
    names.map(async (name) => [name, sha256((await files.readBytes(join(context, name))) ?? '')]),
  );
  const lockfile = hashes.find(([name]) => name === 'package-lock.json')?.[1];
  // Dependencies that are not the locked ones are no input, but a fault that must be repaired first.
  if (role === 'gateway' && lockfile !== lock.dependencies) return null;
  const downloads = role === 'gateway' ? [lock.node?.integrity, lock.npm?.integrity] : [];
  return sha256(JSON.stringify([RECIPE, role, hashes, lock.base.digest, downloads]));
}

/** "sha256:…" of text or bytes. */
export function sha256(data: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}
