import { diskFull } from '../../errors/operate-errors.ts';
import { nothingNewer, stateNotMeasured, updateBackwards } from '../../errors/update-errors.ts';
import { compareVersions, parseVersion } from '../../openclaw/version.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ChangeContext } from '../change/change.ts';
import { type ChangeRequest, runChange } from '../change/run-change.ts';
import { stateContainer, stateVolume, volumeMount } from '../state/state-volume.ts';
import { containerName } from '../up/start.ts';
import { heldNow } from './held.ts';
import { withVersion } from './policy-version.ts';
import { updateChange } from './update-change.ts';
import { type UpdateMemo, upContextOf } from './update-memo.ts';

const GiB = 1024 ** 3;
/** Measured: what a build of the gateway's image needs, and what an image takes that is pulled or there. */
const BUILD_BYTES = 5 * GiB;
const MEASURE_MS = 30 * 60_000;

/**
 * Brings a deployment to another version, or leaves it as it is.
 * @returns what was done, with the seconds from the stop of the old gateway until the new one was ready
 */
export async function update(ports: Ports, request: ChangeRequest, to: string): Promise<UpdateMemo> {
  return runChange(ports, request, updateChange, (context) => {
    refuseBackwards(context.policy.openclaw.version, to);
    // Said now, and not after the images were built.
    withVersion(context.policyText, to);
    return begin(context, to);
  });
}

/** The same version, on Debian's packages of today: new pins, by the same way as another version. */
export async function rebuild(ports: Ports, request: ChangeRequest): Promise<UpdateMemo> {
  return runChange(ports, request, updateChange, async (context) => {
    const { version } = context.policy.openclaw;
    return { ...(await begin(context, version)), isRebuild: true };
  });
}

async function begin(context: ChangeContext, to: string): Promise<UpdateMemo> {
  const from = context.policy.openclaw.version;
  const stateBytes = await stateSize(context);
  await requireSpace(context, 2 * stateBytes + BUILD_BYTES);
  const gateway = await context.docker.inspectContainer(containerName(context, 'gateway'));
  const wasRunning = gateway?.State.Running === true;
  const held = wasRunning
    ? await context.ports.progress.task('What holds now', async () => heldNow(await upContextOf(context)))
    : [];
  return { from, to, id: context.ports.random.hex(4), wasRunning, stateBytes, held, trial: null };
}

function refuseBackwards(from: string, to: string): void {
  const [running, wanted] = [parseVersion(from), parseVersion(to)];
  if (running === null || wanted === null || compareVersions(wanted, running) < 0)
    throw updateBackwards(from, to);
  if (compareVersions(wanted, running) === 0) throw nothingNewer(from, null);
}

/** Bytes that the state takes on the disk. @throws AppError `state-not-measured` */
export async function stateSize(context: ChangeContext): Promise<number> {
  const result = await context.docker.runOneOff({
    ...stateContainer(context, 'measure', MEASURE_MS),
    entrypoint: 'du',
    args: ['-sk', '/state'],
    capabilities: ['DAC_READ_SEARCH'],
    mounts: [volumeMount(stateVolume(context.policy), '/state', true)],
  });
  const kibibytes = /^(\d+)\s/.exec(result.stdout)?.[1];
  if (result.code !== 0 || kibibytes === undefined)
    throw stateNotMeasured(result.stderr.trim().split('\n')[0] || `exit code ${result.code}`);
  return Number(kibibytes) * 1024;
}

/** @throws AppError `disk-full` */
export async function requireSpace({ ports, path, engine }: ChangeContext, bytes: number): Promise<void> {
  const place = engine.kind === 'local' ? (engine.engine?.rootDir ?? path) : path;
  const free = await ports.files.freeBytes(place);
  if (free < bytes) throw diskFull(place, free, bytes);
}
