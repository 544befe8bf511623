import type { Docker } from '../../engine/docker.ts';
import { doorNotTried } from '../../errors/expose-errors.ts';
import type { HttpsAccess } from '../../policy/https-access.ts';
import { type DoorAttempt, insideAttempts, outsideAttempts } from './door-attempts.ts';
import { DOOR_SCRIPT } from './door-script.ts';
import type { DoorSeen } from './judge-door.ts';

/** Where the door is. */
export interface Door {
  https: HttpsAccess;
  /** Container of the edge. */
  edge: string;
  /** An address of that container that the allowlist does not name; undefined when it names all. */
  unlisted: string | undefined;
  /** Image with Node. */
  image: string;
  /** PEM of the authority that made the certificate; undefined = a public one. */
  ca: string | undefined;
}

/**
 * Makes all attempts that need no published port, from within the network namespace of the edge.
 * @throws AppError `door-not-tried` when a container could not be run
 */
export function tryDoor(docker: Docker, { https, edge, unlisted, ca, image }: Door): Promise<DoorSeen> {
  return makeAttempts(docker, image, `container:${edge}`, insideAttempts(https, unlisted, ca));
}

/**
 * Makes those at the published ports, from the host.
 * @throws AppError `door-not-tried`
 */
export function tryPublished(
  docker: Docker,
  { https, image }: Pick<Door, 'https' | 'image'>,
): Promise<DoorSeen> {
  return makeAttempts(docker, image, 'host', outsideAttempts(https));
}

/**
 * @param image with Node
 * @param network of which the attempts are made, as `docker run` names it
 * @throws AppError `door-not-tried`
 */
export async function makeAttempts(
  docker: Docker,
  image: string,
  network: string,
  attempts: DoorAttempt[],
): Promise<DoorSeen> {
  const { code, stdout, stderr } = await docker.runOneOff({
    image,
    entrypoint: 'node',
    args: ['--input-type=module', '--eval', DOOR_SCRIPT],
    user: '1000:1000',
    network,
    input: JSON.stringify(attempts),
    timeoutMs: 180_000,
  });
  if (code !== 0) throw doorNotTried(stderr.trim().split('\n').at(-1) ?? `exit code ${code}`);
  return JSON.parse(stdout) as DoorSeen;
}
