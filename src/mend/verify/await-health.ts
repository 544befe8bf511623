import type { Compose } from '../../engine/compose.ts';
import type { Docker } from '../../engine/docker.ts';
import type { ContainerInspect } from '../../engine/docker-types.ts';
import type { Clock } from '../../ports/system.ts';

/** Much longer than OpenClaw ever takes on a slow machine. */
const DEADLINE_MS = 4 * 60_000;
const PAUSE_MS = 1000;
const PROBE_MS = 15_000;

export interface HealthPorts {
  clock: Clock;
  signal: AbortSignal;
}

export interface Trial {
  docker: Docker;
  compose: Compose;
  /** Service that must get healthy. */
  gateway: string;
  /** Port on which OpenClaw listens in its container. */
  port: number;
  step(text: string): void;
}

/**
 * Waits until the gateway is healthy: by its own health check, or by asking it.
 * @returns why it is not; undefined when it is
 */
export async function awaitHealth(ports: HealthPorts, trial: Trial): Promise<string | undefined> {
  const { clock, signal } = ports;
  const start = clock.monotonicMs();
  for (;;) {
    signal.throwIfAborted();
    const container = await gatewayContainer(trial);
    const state = container && (await stateOf(container, trial));
    if (state === 'healthy') return undefined;
    if (state !== 'starting') return state ?? 'Its container is gone.';
    const elapsed = clock.monotonicMs() - start;
    if (elapsed > DEADLINE_MS) return `It was not healthy after ${DEADLINE_MS / 60_000} minutes.`;
    trial.step(`waiting for ${trial.gateway}, ${Math.round(elapsed / 1000)} s`);
    await clock.sleep(PAUSE_MS, signal);
  }
}

async function gatewayContainer({ docker, compose, gateway }: Trial): Promise<ContainerInspect | null> {
  const container = (await compose.ps()).find(({ Service }) => Service === gateway);
  return container ? docker.inspectContainer(container.ID) : null;
}

/** @returns "healthy", "starting", or why it will not get healthy */
async function stateOf({ State: state }: ContainerInspect, trial: Trial): Promise<string> {
  if (state.OOMKilled) return 'It took more memory than its limit and was ended.';
  if (state.Status === 'exited' || state.Status === 'dead')
    return `It ended with exit code ${state.ExitCode}.`;
  const health = state.Health?.Status;
  if (health === 'unhealthy') return 'Its health check failed.';
  if (health === 'healthy') return 'healthy';
  if (health === 'starting') return 'starting';
  return (await answers(trial)) ? 'healthy' : 'starting';
}

async function answers({ compose, gateway, port }: Trial): Promise<boolean> {
  const script = `fetch('http://127.0.0.1:${port}/healthz').then(({status})=>process.exit(status===200?0:1),()=>process.exit(1))`;
  return (await compose.exec(gateway, ['node', '-e', script], { timeoutMs: PROBE_MS })).code === 0;
}
