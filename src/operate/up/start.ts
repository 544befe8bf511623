import { PRESETS } from '../../policy/presets.ts';
import { isAppError } from '../../errors/app-error.ts';
import { gatewayNotReady } from '../../errors/operate-errors.ts';
import type { ContainerInspect } from '../../engine/docker-types.ts';
import type { TaskHandle } from '../../ports/terminal.ts';
import type { Policy } from '../../policy/policy.ts';
import { TAILSCALE } from '../../render/layout.ts';
import { isDoorProved } from '../expose/door-record.ts';
import type { UpContext } from './types.ts';

/** A first start migrates nothing and takes 10 to 20 s; an upgrade of a large state may take minutes. */
const READY_SECONDS = 300;
const POLL_MS = 500;

/** Services of the preset that run all the time. */
export function services(context: Pick<UpContext, 'policy'>): string[] {
  const { preset, access } = context.policy;
  if (!PRESETS[preset].hasEgress) return ['gateway'];
  return ['gateway', 'egress', 'ingress', ...doorServices(access)];
}

/** All that may be open for other machines. */
export const DOOR_SERVICES: readonly string[] = ['edge', 'certificates', TAILSCALE.service];

/** Services for other machines; none where only this host has a way in. */
export function doorServices({ https, tailscale }: Policy['access']): string[] {
  const forHttps = https?.certificate === 'files' ? ['edge'] : ['edge', 'certificates'];
  return [...(https === null ? [] : forHttps), ...(tailscale === null ? [] : [TAILSCALE.service])];
}

/** Name that Compose gives a service's only container. */
export function containerName(context: Pick<UpContext, 'policy'>, service: string): string {
  return `${context.policy.name}-${service}-1`;
}

/**
 * Makes the engine run what compose.yaml says; containers that did not change are left alone. A way in
 * for other machines that was not proved with the settings of now is shut, and stays so until somebody proves it (`doorAtUp`,
 * `expose`).
 */
export async function startContainers(context: UpContext, task: TaskHandle): Promise<void> {
  const onLine = (line: string): void => task.step(line.trim());
  if (await isDoorProved(context)) return bringUp(context, { onLine });
  const door = doorServices(context.policy.access);
  await shutDoor(context);
  await bringUp(context, { services: services(context).filter((name) => !door.includes(name)), onLine });
}

/**
 * An engine that was killed may take a dead container for one that runs and never starts it again. Nothing is stored in a
 * container: others are made then.
 */
async function bringUp(
  { compose }: Pick<UpContext, 'compose'>,
  options: Parameters<UpContext['compose']['up']>[0],
): Promise<void> {
  try {
    await compose.up(options);
  } catch (error) {
    if (!isAppError(error) || !/\btask \S+ already exists/.test(error.message)) throw error;
    await compose.up({ ...options, recreate: true });
  }
}

/** Takes the containers for other machines away, whichever there are. */
export async function shutDoor({ docker, policy }: Pick<UpContext, 'docker' | 'policy'>): Promise<void> {
  for (const service of DOOR_SERVICES) await docker.removeContainer(containerName({ policy }, service));
}

/** Waits until the gateway admits traffic. @throws AppError `gateway-not-ready` with the end of its log. */
export async function waitUntilReady(context: UpContext, task: TaskHandle): Promise<void> {
  const { clock, signal } = context.ports;
  const began = clock.monotonicMs();
  const before = new Map<string, number>();
  let last = 'it has not answered yet';
  while (clock.monotonicMs() - began < READY_SECONDS * 1000) {
    signal.throwIfAborted();
    const healthz = await probe(context, '/healthz');
    const readyz = healthz === 200 ? await probe(context, '/readyz') : null;
    if (readyz === 200) return;
    last = readyz === null ? `/healthz: ${healthz ?? 'no answer'}` : `/readyz: ${readyz}`;
    task.step(last);
    const gaveUp = await crashLoop(context, before);
    if (gaveUp !== null) throw gatewayNotReady(elapsed(context, began), gaveUp, await logTail(context));
    await clock.sleep(POLL_MS, signal);
  }
  throw gatewayNotReady(READY_SECONDS, last, await logTail(context));
}

async function probe(context: UpContext, path: string): Promise<number | null> {
  try {
    const url = `http://127.0.0.1:${context.policy.access.port}${path}`;
    return (await context.ports.http.request(url, { timeoutMs: 3000 })).status;
  } catch {
    return null;
  }
}

/**
 * Why waiting longer is no use; null while there is hope.
 * @param before restarts of each service when the waiting began; the engine counts those of weeks ago, too
 */
async function crashLoop(context: UpContext, before: Map<string, number>): Promise<string | null> {
  for (const service of services(context)) {
    const container = await context.docker.inspectContainer(containerName(context, service));
    if (container === null) {
      // The door is opened when the gateway is ready.
      if (DOOR_SERVICES.includes(service)) continue;
      return `the container of ${service} is gone`;
    }
    const first = before.get(service) ?? container.RestartCount;
    before.set(service, first);
    const reason = failing(service, container.State, container.RestartCount - first);
    if (reason !== null) return reason;
  }
  return null;
}

/** @param restarts since the waiting began */
function failing(service: string, state: ContainerInspect['State'], restarts: number): string | null {
  // The engine keeps this mark on a container that has come back since.
  if (state.OOMKilled && (restarts > 0 || !state.Running))
    return `${service} was ended because it needed more memory than resources.memory allows`;
  if (restarts >= 3) return `${service} ended ${restarts} times with exit code ${state.ExitCode}`;
  if (state.Status === 'exited' || state.Status === 'dead')
    return `${service} ended with exit code ${state.ExitCode}`;
  return null;
}

async function logTail(context: UpContext): Promise<string[]> {
  const text = await context.docker.logs(containerName(context, 'gateway'), { tail: 8 }).catch(() => '');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-8);
}

function elapsed(context: UpContext, began: number): number {
  return Math.round((context.ports.clock.monotonicMs() - began) / 1000);
}
