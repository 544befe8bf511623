import type { Docker } from '../../engine/docker.ts';
import { sandboxNotReady } from '../../errors/host-errors.ts';
import type { Policy } from '../../policy/policy.ts';
import { PRESETS } from '../../policy/presets.ts';
import { stateVolume } from '../state/state-volume.ts';

/**
 * Under gVisor OpenClaw keeps its databases with a rollback journal, under runc with a write-ahead log. It takes the step
 * from the second to the first with several connections open, and then ends again and again with "database is locked".
 */
const SCRIPT = `
const { DatabaseSync } = require('node:sqlite');
const { readdirSync } = require('node:fs');
for (const name of readdirSync('/state', { recursive: true })) {
  if (!name.endsWith('.sqlite')) continue;
  const database = new DatabaseSync('/state/' + name);
  const { journal_mode: mode } = database.prepare('PRAGMA journal_mode').get();
  if (mode === 'wal') database.prepare('PRAGMA journal_mode = DELETE').get();
  database.close();
}
`;

const CONVERT_MS = 10 * 60_000;

/**
 * Before the first start under a kernel of its own: databases of a state that ran without it are brought to the form in
 * which it can take them. Stops a gateway that runs without it. Nothing happens for other presets.
 * @throws AppError `sandbox-not-ready`
 */
export async function prepareState(
  docker: Pick<Docker, 'inspectContainer' | 'inspectVolume' | 'runOneOff'>,
  { policy, image, stop }: { policy: Policy; image: string; stop: () => Promise<void> },
): Promise<void> {
  const { runtime } = PRESETS[policy.preset];
  const volume = stateVolume(policy);
  if (runtime === null || (await docker.inspectVolume(volume)) === null) return;
  const gateway = await docker.inspectContainer(`${policy.name}-gateway-1`);
  if (gateway?.State.Running === true) {
    if (gateway.HostConfig.Runtime === runtime) return;
    await stop();
  }
  const result = await docker.runOneOff({
    image,
    entrypoint: 'node',
    args: ['--eval', SCRIPT],
    user: '1000:1000',
    mounts: [`type=volume,source=${volume},target=/state`],
    timeoutMs: CONVERT_MS,
  });
  if (result.code !== 0)
    throw sandboxNotReady(
      [
        `the databases of the state could not be prepared for it (${result.stderr.trim().split('\n').at(-1) ?? ''})`,
      ],
      ['Go back to preset caged, which takes them as they are.'],
    );
}
