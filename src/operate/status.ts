import type { ContainerInspect } from '../engine/docker-types.ts';
import type { Acceptance } from '../policy/acceptance.ts';
import type { ExecMode } from '../policy/policy.ts';
import type { Ports } from '../ports/ports.ts';
import { execWarning } from './exec-mode/require-exec-ready.ts';
import { openSession } from './session.ts';
import { ageVerdict, type AgeVerdict } from './token/token-age.ts';
import { containerName, services } from './up/start.ts';

export interface ServiceStatus {
  service: string;
  /** running, exited, … or absent. */
  state: string;
  /** healthy, starting, unhealthy; empty without a health check. */
  health: string;
  startedAt: string | null;
  restarts: number;
  image: string | null;
}

export interface DeploymentStatus {
  folder: string;
  name: string;
  preset: string;
  openclaw: string;
  url: string;
  /** True when /readyz answers 200. */
  ready: boolean;
  /** HTTP status of /healthz and /readyz; null = no answer. */
  healthz: number | null;
  readyz: number | null;
  services: ServiceStatus[];
  /** Age of the gateway token; null when there is none. */
  token: AgeVerdict | null;
  /** What the agent may run; `warning` is to be said loudly. */
  exec: { mode: ExecMode; accepted: Acceptance | null; warning: string | null };
}

/** What runs of a deployment, as the engine and the gateway tell it now. */
export async function readStatus(ports: Ports, folder: string): Promise<DeploymentStatus> {
  const { policy, docker } = await openSession(ports, folder);
  const url = `http://127.0.0.1:${policy.access.port}`;
  const [running, healthz, readyz] = await Promise.all([
    Promise.all(
      services({ policy }).map(async (service) =>
        describe(service, await docker.inspectContainer(containerName({ policy }, service))),
      ),
    ),
    httpStatus(ports, `${url}/healthz`),
    httpStatus(ports, `${url}/readyz`),
  ]);
  // The port may be somebody else's: the gateway is ready only when it also runs.
  const ready = readyz === 200 && running.every(({ state }) => state === 'running');
  return {
    folder,
    name: policy.name,
    preset: policy.preset,
    openclaw: policy.openclaw.version,
    url: `${url}/`,
    ready,
    healthz,
    readyz,
    services: running,
    token: await ageVerdict(ports, folder, policy),
    exec: {
      mode: policy.exec.mode,
      accepted: policy.exec.accepted,
      warning: execWarning(policy, ports.clock.now()),
    },
  };
}

function describe(service: string, container: ContainerInspect | null): ServiceStatus {
  if (container === null)
    return { service, state: 'absent', health: '', startedAt: null, restarts: 0, image: null };
  const { State: state, RestartCount: restarts, Config: config } = container;
  return {
    service,
    state: state.Status,
    health: state.Health?.Status ?? '',
    startedAt: state.StartedAt,
    restarts,
    image: config.Image,
  };
}

async function httpStatus(ports: Ports, url: string): Promise<number | null> {
  try {
    return (await ports.http.request(url, { timeoutMs: 3000 })).status;
  } catch {
    return null;
  }
}
