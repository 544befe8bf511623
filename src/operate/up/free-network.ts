import { isAppError } from '../../errors/app-error.ts';
import type { NetworkInspect } from '../../engine/docker-types.ts';
import { frontNetwork } from '../../render/layout.ts';
import type { UpContext } from './types.ts';

/** How often addresses are chosen at most. */
const TURNS = 4;
const SLOT_MS = 8;

/**
 * Does what chooses addresses for the deployment's networks and makes them; once more with others where another deployment
 * that starts at the same moment was given the same ones. What was made of the networks is removed before.
 */
export async function onFreeNetwork<Result>(
  { ports: { clock, progress, random, signal }, compose }: Pick<UpContext, 'ports' | 'compose'>,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let turn = 1; ; turn += 1) {
    try {
      return await work();
    } catch (error) {
      if (turn === TURNS || !isAppError(error) || error.id !== 'engine-addresses-taken') throw error;
      progress.note('Another network was given the same addresses meanwhile; others are chosen.');
      await compose.down();
      // Each of the two may have one of the networks, and must not choose at the same moment again.
      await clock.sleep(Number.parseInt(random.hex(1), 16) * SLOT_MS, signal);
    }
  }
}

/** The deployment's networks with addresses of their own, by name, each with its block. */
export function ownBlocks(name: string, cage: string): readonly (readonly [string, string])[] {
  return [
    [`${name}_cage`, cage],
    [`${name}_front`, frontNetwork(cage).subnet],
  ];
}

export function hasBlock(network: NetworkInspect, block: string): boolean {
  return network.IPAM?.Config?.some(({ Subnet }) => Subnet === block) === true;
}

/**
 * Removes containers and networks when a network of the deployment has another block than the one chosen, as after a run
 * that was killed while it made them: Compose keeps a network that is there, whatever its addresses, and then fails.
 */
export async function leaveOtherAddresses(
  { compose, docker, policy }: Pick<UpContext, 'compose' | 'docker' | 'policy'>,
  cage: string,
): Promise<void> {
  for (const [name, block] of ownBlocks(policy.name, cage)) {
    const network = await docker.inspectNetwork(name);
    if (network !== null && !hasBlock(network, block)) return compose.down();
  }
}
