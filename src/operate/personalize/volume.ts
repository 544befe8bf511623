import type { Docker } from '../../engine/docker.ts';
import { workspaceFileRefused, workspaceNotReached } from '../../errors/personalize-errors.ts';
import type { Policy } from '../../policy/policy.ts';
import { CONTAINER_UID, GATEWAY } from '../../render/layout.ts';
import { stateVolume } from '../state/state-volume.ts';
import { VOLUME_SCRIPT, type VolumeAnswer, type VolumeOrder } from './volume-script.ts';

export interface VolumeContext {
  docker: Docker;
  policy: Pick<Policy, 'name'>;
  /** The gateway's image: it has Node. */
  image: string;
}

/**
 * Reads and writes files of the workspaces, as the gateway's user in a container that has the state volume and nothing else.
 * Works whether the gateway runs or not.
 * @returns one answer for each order
 * @throws AppError `workspace-not-reached`
 */
export async function inVolume(
  context: VolumeContext,
  orders: readonly VolumeOrder[],
): Promise<VolumeAnswer[]> {
  const volume = stateVolume(context.policy);
  await ensureStateVolume(context, volume);
  const result = await context.docker.runOneOff({
    image: context.image,
    entrypoint: 'node',
    args: ['-e', VOLUME_SCRIPT, GATEWAY.state],
    user: `${CONTAINER_UID}:${CONTAINER_UID}`,
    // Where the image has the folder, a new volume gets its owner.
    mounts: [`type=volume,source=${volume},target=${GATEWAY.state}`],
    memory: 512 * 1024 * 1024,
    input: JSON.stringify(orders),
    timeoutMs: 120_000,
  });
  if (result.code !== 0)
    throw workspaceNotReached(
      volume,
      result.stderr
        .trim()
        .split('\n')
        .findLast((line) => /error/i.test(line)) ?? `exit code ${result.code}`,
    );
  return parseAnswers(result.stdout, orders.length, volume);
}

/** One that Compose would make, with its labels: it takes no other for its own. */
async function ensureStateVolume({ docker, policy }: VolumeContext, volume: string): Promise<void> {
  if ((await docker.inspectVolume(volume)) !== null) return;
  await docker.createVolume(volume, {
    'com.docker.compose.project': policy.name,
    'com.docker.compose.volume': 'state',
  });
}

function parseAnswers(text: string, count: number, volume: string): VolumeAnswer[] {
  try {
    const answers = JSON.parse(text) as unknown;
    if (Array.isArray(answers) && answers.length === count) return answers as VolumeAnswer[];
  } catch {
    // Told below.
  }
  throw workspaceNotReached(volume, 'the answer cannot be understood');
}

/** @throws AppError `workspace-file-refused` */
export function unlessRefused(
  order: Pick<VolumeOrder, 'folder' | 'name'>,
  answer: VolumeAnswer | undefined,
): VolumeAnswer {
  if (answer === undefined)
    throw workspaceFileRefused(`${order.folder}/${order.name}`, 'there was no answer');
  if (answer.state === 'refused') throw workspaceFileRefused(`${order.folder}/${order.name}`, answer.why);
  return answer;
}
