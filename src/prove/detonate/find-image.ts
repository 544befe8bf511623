import { join } from 'node:path';
import { callEngine } from '../../engine/engine-call.ts';
import type { Docker } from '../../engine/docker.ts';
import { LOCK_FILE, type Lock, parseLock } from '../../engine/lock-file.ts';
import { noImageToDetonate } from '../../errors/detonate-errors.ts';
import type { EngineConnection } from '../../ports/engine-api.ts';
import type { Files } from '../../ports/files.ts';
import type { DetonationRequest } from './detonate.ts';

const IMAGE_LABEL = 'dev.clawproof.image=gateway';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The image in which a skill is used: the one that was named; that of the deployment in a folder; the newest gateway's that
 * clawproof built on this engine.
 * @throws AppError `no-image-to-detonate` when there is none
 */
export async function findImage(
  { files, docker, connection }: { files: Files; docker: Docker; connection: EngineConnection },
  { image, folders }: { image: string | undefined; folders: readonly string[] },
): Promise<DetonationRequest['image']> {
  const candidates =
    image === undefined ? [...(await pinned(files, folders)), ...(await built(connection))] : [image];
  for (const reference of candidates) {
    const found = await docker.inspectImage(reference);
    if (found === null) continue;
    const { Config } = found as { Config: { Env?: string[] | null; Labels?: Record<string, string> | null } };
    const path = Config.Env?.find((entry) => entry.startsWith('PATH='))?.slice('PATH='.length);
    return {
      id: found.Id,
      reference: found.RepoTags?.[0] ?? reference,
      path: path ?? PATH,
      openclaw: Config.Labels?.['org.opencontainers.image.version'] ?? null,
    };
  }
  throw noImageToDetonate();
}

async function pinned(files: Files, folders: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const path = join(folder, LOCK_FILE);
      const text = await files.read(path).catch(() => null);
      return text === null ? [] : referencesOf(parseLock(text, path));
    }),
  );
  return found.flat();
}

function referencesOf({ images: { gateway } }: Lock): string[] {
  if (gateway === null) return [];
  if (gateway.source === 'build') return [gateway.digest];
  return [`${gateway.reference.replace(/@.*$/, '').replace(/:[^:/]*$/, '')}@${gateway.digest}`];
}

async function built(connection: EngineConnection): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [IMAGE_LABEL], dangling: ['false'] }));
  const { value } = await callEngine<{ Id: string; Created: number }[]>(connection, {
    action: 'list the images of gateways',
    method: 'GET',
    path: `/images/json?filters=${filters}`,
  });
  return (value ?? []).toSorted((a, b) => b.Created - a.Created).map(({ Id }) => Id);
}
