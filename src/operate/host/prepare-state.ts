import { z } from 'zod';
import type { Docker } from '../../engine/docker.ts';
import { sandboxNotReady } from '../../errors/host-errors.ts';
import type { Policy } from '../../policy/policy.ts';
import { PRESETS } from '../../policy/presets.ts';
import { stateVolume } from '../state/state-volume.ts';
import { PREPARE_SCRIPT } from './prepare-script.ts';

const CONVERT_MS = 10 * 60_000;
/** As many as anybody reads. */
const MOST_NAMED = 8;

const answer = z.object({
  converted: z.number(),
  left: z.array(z.object({ name: z.string(), why: z.string() })),
  /** How many there are of them, also those that are not named. */
  leftCount: z.number(),
});

/**
 * Before the first start under a kernel of its own: databases of a state that ran without it are brought to the form in
 * which it can take them. Stops a gateway that runs without it. Nothing happens for other presets. A file that only has
 * the name of a database stays as it is: the agent can write one, and must not keep the gateway from starting with it.
 * @returns what the user should know of files that were left as they are; a line each
 * @throws AppError `sandbox-not-ready`
 */
export async function prepareState(
  docker: Pick<Docker, 'inspectContainer' | 'inspectVolume' | 'runOneOff'>,
  { policy, image, stop }: { policy: Policy; image: string; stop: () => Promise<void> },
): Promise<string[]> {
  const { runtime } = PRESETS[policy.preset];
  const volume = stateVolume(policy);
  if (runtime === null || (await docker.inspectVolume(volume)) === null) return [];
  const gateway = await docker.inspectContainer(`${policy.name}-gateway-1`);
  if (gateway?.State.Running === true) {
    if (gateway.HostConfig.Runtime === runtime) return [];
    await stop();
  }
  const { code, stdout, stderr } = await docker.runOneOff({
    image,
    entrypoint: 'node',
    args: ['--eval', PREPARE_SCRIPT],
    user: '1000:1000',
    mounts: [`type=volume,source=${volume},target=/state`],
    timeoutMs: CONVERT_MS,
  });
  const found = parseAnswer(stdout);
  if (code === 0 && found !== null) return notes(found);
  throw sandboxNotReady(
    [`the databases of the state could not be prepared for it (${stderr.trim().split('\n').at(-1) ?? ''})`],
    ['Go back to preset caged, which takes them as they are.'],
  );
}

function notes({ left, leftCount }: z.infer<typeof answer>): string[] {
  const named = left.slice(0, MOST_NAMED);
  const more = leftCount - named.length;
  return [
    ...named.map(
      ({ name, why }) =>
        `${JSON.stringify(name)} in the state has the name of a database and could not be prepared for the kernel of its own (${why}); it was left as it is.`,
    ),
    ...(more > 0 ? [`${more} more files of that kind were left as they are.`] : []),
  ];
}

function parseAnswer(stdout: string): z.infer<typeof answer> | null {
  try {
    return answer.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  } catch {
    return null;
  }
}
