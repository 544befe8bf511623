import { lockedReference } from '../../engine/images/reference.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Session } from '../session.ts';
import { containerName } from '../up/start.ts';
import { readImage, type ReadContext, type ReadImage } from './read-image.ts';

export interface ImagePlace {
  /** What the engine knows it by. */
  id: string;
  /** The name that it runs or is pinned under. */
  reference: string;
  /** Null = nothing runs of it. */
  container: string | null;
}

/** The image that a service's container was made from; where there is none, the one that clawproof.lock names. Null = neither is here. */
export async function deploymentImage(
  { docker, policy, lock }: Pick<Session, 'docker' | 'policy' | 'lock'>,
  role: string,
): Promise<ImagePlace | null> {
  const name = containerName({ policy }, role);
  const container = await docker.inspectContainer(name);
  if (container !== null) return { id: container.Image, reference: container.Config.Image, container: name };
  const locked = lock.images[role as keyof typeof lock.images];
  if (locked === null) return null;
  const reference = lockedReference(locked);
  const found = await docker.inspectImage(reference);
  return found === null ? null : { id: found.Id, reference, container: null };
}

/** Reads an image as a task of its own: the first time takes some seconds. */
export function readWithProgress(
  ports: Pick<Ports, 'progress'>,
  context: ReadContext,
  reference: string,
  name: string,
): Promise<ReadImage> {
  return ports.progress.task(`What is in the image of ${name}`, async (task) => {
    const image = await readImage(context, reference);
    const { debian, npm } = image.inventory;
    task.result(`${debian.length} Debian packages, ${npm.length} npm packages`);
    return image;
  });
}
