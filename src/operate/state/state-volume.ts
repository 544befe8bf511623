import type { Docker } from '../../engine/docker.ts';
import { lockedReference } from '../../engine/images/reference.ts';
import type { Lock } from '../../engine/lock-file.ts';
import { ONE_OFF_PREFIX, type OneOff } from '../../engine/one-off.ts';
import { stateNotCopied, stateNotOurs } from '../../errors/state-errors.ts';
import { notUpYet } from '../../errors/operate-errors.ts';
import type { Policy } from '../../policy/policy.ts';
import { COMPARE_SCRIPT } from './compare-script.ts';

/** Key of compose.yaml's volume that holds all that OpenClaw has stored. */
const VOLUME_KEY = 'state';
/** On copies of a state volume: the deployment's name. A volume without it is never removed here. */
export const COPY_LABEL = 'dev.clawproof.state-copy';

const COPY_MS = 2 * 60 * 60_000;
/** What a container's root needs to give every file the owner, mode and times of its original. */
const COPY_CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID'];

/** What the functions here need of a session or of the context of a change. */
export interface StateContext {
  path: string;
  docker: Docker;
  policy: Policy;
  lock: Lock;
}

/** Name of the engine's volume that compose.yaml gives the gateway for its state. */
export function stateVolume({ name }: Pick<Policy, 'name'>): string {
  return `${name}_${VOLUME_KEY}`;
}

/** The gateway's image as the engine knows it. @throws AppError `not-up-yet` when the lock names none */
export function gatewayImage({ lock, path }: Pick<StateContext, 'lock' | 'path'>): string {
  const { gateway } = lock.images;
  if (gateway === null) throw notUpYet(path);
  return lockedReference(gateway);
}

/**
 * Makes `to` an exact copy of the volume `from`: contents, owners, modes, times, links. What `to` held is deleted; it is
 * created when it is not there. May be run again after any interruption. Nothing may write to either meanwhile. On disk
 * when it resolves.
 * @throws AppError `state-not-copied` with the copier's words, e.g. when the disk is full
 */
export async function copyState(context: StateContext, from: string, to: string): Promise<void> {
  const { docker } = context;
  if ((await docker.inspectVolume(from)) === null)
    throw stateNotCopied(from, to, `there is no volume ${from}`);
  await ensureVolume(context, to);
  await endLeftWork(docker, to);
  const script = 'find /to -mindepth 1 -delete; cp -a /from/. /to/; sync -f /to';
  const result = await docker.runOneOff({
    ...stateContainer(context, 'copy', COPY_MS),
    entrypoint: 'sh',
    args: ['-euc', script],
    capabilities: COPY_CAPABILITIES,
    mounts: [volumeMount(from, '/from', true), volumeMount(to, '/to', false)],
  });
  if (result.code !== 0) throw stateNotCopied(from, to, result.stderr.trim() || `exit code ${result.code}`);
}

/**
 * Paths that differ between two volumes in kind, mode, owner, contents or where a link leads, or that only one has; sorted,
 * relative to the volume. Bytes that are no UTF-8 stand as "\xNN".
 */
export async function compareState(context: StateContext, a: string, b: string): Promise<string[]> {
  const result = await context.docker.runOneOff({
    ...stateContainer(context, 'compare', COPY_MS),
    entrypoint: 'node',
    args: ['-e', COMPARE_SCRIPT, '/a', '/b'],
    capabilities: ['DAC_READ_SEARCH'],
    mounts: [volumeMount(a, '/a', true), volumeMount(b, '/b', true)],
  });
  if (result.code !== 0) throw stateNotCopied(a, b, result.stderr.trim() || `exit code ${result.code}`);
  return JSON.parse(result.stdout) as string[];
}

/**
 * Deletes a copy that was made here; nothing happens when there is none.
 * @throws AppError `state-not-ours` for a volume that is no such copy
 */
export async function removeStateCopy(context: StateContext, name: string): Promise<void> {
  const found = await context.docker.inspectVolume(name);
  if (found === null) return;
  if (found.Labels?.[COPY_LABEL] === undefined) throw stateNotOurs(name);
  await context.docker.removeVolume(name);
}

/**
 * Ends the containers that a killed clawproof left at work on a volume: the engine goes on with them. Call it while holding
 * the deployment's lock; nobody else's work is meant then.
 */
export async function endLeftWork(
  docker: Pick<Docker, 'containersUsing' | 'removeContainer'>,
  volume: string,
): Promise<void> {
  for (const name of await docker.containersUsing(volume))
    if (name.startsWith(ONE_OFF_PREFIX)) await docker.removeContainer(name);
}

/** Creates a volume when it is not there, marked as a copy; the deployment's own as Compose would mark it. */
export async function ensureVolume({ docker, policy }: StateContext, name: string): Promise<void> {
  if ((await docker.inspectVolume(name)) !== null) return;
  const labels =
    name === stateVolume(policy)
      ? { 'com.docker.compose.project': policy.name, 'com.docker.compose.volume': VOLUME_KEY }
      : { [COPY_LABEL]: policy.name };
  await docker.createVolume(name, labels);
}

/** What all containers that work on a state volume have in common: root without rights of its own, no network. */
export function stateContainer(
  context: StateContext,
  work: string,
  timeoutMs: number,
): Pick<OneOff, 'image' | 'user' | 'labels' | 'timeoutMs'> {
  return {
    image: gatewayImage(context),
    user: '0:0',
    labels: { 'dev.clawproof.work': `state-${work}` },
    timeoutMs,
  };
}

/** Value of --mount for a volume. Docker must not fill it from the image. */
export function volumeMount(name: string, target: string, readOnly: boolean): string {
  return `type=volume,source=${name},target=${target},volume-nocopy${readOnly ? ',readonly' : ''}`;
}
