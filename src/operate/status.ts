import type { ContainerInspect } from '../engine/docker-types.ts';
import { advisoriesAbout } from '../openclaw/advisories.ts';
import { parseVersion } from '../openclaw/version.ts';
import type { Acceptance } from '../policy/acceptance.ts';
import type { ExecMode } from '../policy/policy.ts';
import type { Ports } from '../ports/ports.ts';
import { execWarning } from './exec-mode/require-exec-ready.ts';
import { openSession } from './session.ts';
import { ageVerdict, type AgeVerdict } from './token/token-age.ts';
import { readAdvisories } from './update/advisory-data.ts';
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
  /** Published flaws of OpenClaw, by the label of the image that runs; null when the list here cannot be read. */
  flaws: { version: string; count: number; upTo: string } | null;
  /** What the agent may run; `warning` is to be said loudly. */
  exec: { mode: ExecMode; accepted: Acceptance | null; warning: string | null };
}

/** What runs of a deployment, as the engine and the gateway tell it now. */
export async function readStatus(ports: Ports, folder: string): Promise<DeploymentStatus> {
  const { policy, docker } = await openSession(ports, folder);
  const url = `http://127.0.0.1:${policy.access.port}`;
  const [containers, healthz, readyz] = await Promise.all([
    Promise.all(
      services({ policy }).map(async (service) => ({
        service,
        container: await docker.inspectContainer(containerName({ policy }, service)),
      })),
    ),
    httpStatus(ports, `${url}/healthz`),
    httpStatus(ports, `${url}/readyz`),
  ]);
  const running = containers.map(({ service, container }) => describe(service, container));
  const gateway = containers.find(({ service }) => service === 'gateway')?.container ?? null;
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
    flaws: await knownFlaws(ports, folder, versionLabel(gateway) ?? policy.openclaw.version),
    exec: {
      mode: policy.exec.mode,
      accepted: policy.exec.accepted,
      warning: execWarning(policy, ports.clock.now()),
    },
  };
}

/** A label may be wrong; what is in the image takes longer to find out, and `advisories` does that. */
function versionLabel(container: ContainerInspect | null): string | null {
  const version = container?.Config.Labels?.['org.opencontainers.image.version'] ?? '';
  return parseVersion(version) === null ? null : version;
}

async function knownFlaws(ports: Ports, folder: string, version: string): Promise<DeploymentStatus['flaws']> {
  const data = await readAdvisories(ports, folder).catch(() => null);
  if (data === null) return null;
  return { version, count: advisoriesAbout(version, data.advisories)?.length ?? 0, upTo: data.upTo };
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
