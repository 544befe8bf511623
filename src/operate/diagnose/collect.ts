import { PRESETS } from '../../policy/presets.ts';
import type { Deployment } from '../../deployment/deployment.ts';
import { detectEngine } from '../../engine/detect.ts';
import { createDocker, type Docker } from '../../engine/docker.ts';
import type { EngineReport } from '../../engine/engine-report.ts';
import type { Ports } from '../../ports/ports.ts';
import { readFolder } from '../folder.ts';
import { attempt, skip } from './attempt.ts';
import { readContainers } from './collect-containers.ts';
import { readAnswers, readChange } from './collect-deployment.ts';
import { type EngineLook, readDeployment, readMounts } from './collect-engine.ts';
import { readClock, readDisks, readFirewall, readNameServers, readPort } from './collect-host.ts';
import { parseEgressLog, parseGatewayLog } from './log-lines.ts';
import {
  type ContainerSeen,
  type DiagnosisTarget,
  type Observations,
  type Seen,
  valueOf,
} from './observations.ts';

/** No log is read further back than this many lines. */
const LOG_LINES = 5000;

export interface DiagnosisRequest {
  /** Folder of a deployment of ours, or name of any container. */
  target: { folder: string } | { container: string };
  /** Milliseconds that the logs are read back. */
  sinceMs: number;
}

/** How an audit sees what runs, and reads files of containers; the command brings both. */
export interface DiagnosisTools {
  /**
   * Looks at a container with its Compose project, or at a project by its name.
   * @param service this one is the gateway, whatever it looks like
   * @throws AppError when there is none, or it cannot be looked at
   */
  readLive(docker: Docker, program: string, name: string, service?: string): Promise<LiveRead>;
  /** Text of a file in a container; null when there is none. */
  containerText(program: string, container: string, path: string): Promise<string | null>;
}

/** What runs, and the files that it was made from, where these can be read here. */
export interface LiveRead {
  effective: Deployment;
  declared: Deployment | null;
  /** Path of openclaw.json in the container. */
  configPath: string | null;
  problems: { id: string; message: string }[];
}

export interface Collected {
  seen: Observations;
  /** Values that must not show. */
  secrets: string[];
}

/**
 * Looks at a deployment, or at a container of somebody else, from outside. Changes nothing, and starts nothing.
 * @throws AppError of readFolder when the folder holds no deployment
 */
export async function collect(
  ports: Ports,
  request: DiagnosisRequest,
  tools: DiagnosisTools,
): Promise<Collected> {
  const target = await targetOf(ports, request);
  const now = ports.clock.now().getTime();
  const engine = await detectEngine(ports);
  const look = lookThrough(ports, engine, target, tools, now - request.sinceMs);
  const containers = await readContainers(look);
  const inspected = valueOf(containers);
  const [gatewayLog, egressLog, deployment, mounts] = await Promise.all([
    logOf(look, inspected, 'gateway', parseGatewayLog),
    logOf(look, inspected, 'egress', parseEgressLog),
    readDeployment(look, inspected),
    readMounts(look, inspected),
  ]);
  const secrets: string[] = [];
  const answers = await readAnswers(look, inspected, secrets);
  const [change, disks, clock, port, firewall, nameServers] = await Promise.all([
    readChange(ports, target),
    readDisks(look),
    readClock(look, inspected, valueOf(deployment)),
    readPort(look, inspected),
    readFirewall(look, inspected),
    readNameServers(ports, engine),
  ]);
  return {
    seen: {
      target,
      now,
      since: look.since,
      engine: { value: engine },
      containers,
      gatewayLog,
      egressLog,
      deployment,
      mounts,
      answers,
      change,
      disks,
      clock,
      port,
      firewall,
      nameServers,
    },
    secrets,
  };
}

async function targetOf(ports: Ports, { target }: DiagnosisRequest): Promise<DiagnosisTarget> {
  if ('container' in target) return { kind: 'container', name: target.container };
  const { policy } = await readFolder(ports, target.folder);
  return {
    kind: 'deployment',
    folder: target.folder,
    name: policy.name,
    port: policy.access.port,
    isCaged: PRESETS[policy.preset].hasEgress,
  };
}

function lookThrough(
  ports: Ports,
  engine: EngineReport,
  target: DiagnosisTarget,
  tools: DiagnosisTools,
  since: number,
): EngineLook {
  const program = engine.docker?.path;
  const isUsable = program !== undefined && engine.engine !== undefined;
  const docker: Docker | null = isUsable ? createDocker(ports, program) : null;
  return { ports, engine, target, tools, since, docker, program: program ?? 'docker' };
}

async function logOf<T>(
  { docker, since, target }: EngineLook,
  containers: ContainerSeen[] | undefined,
  role: 'gateway' | 'egress',
  parse: (text: string) => T[],
): Promise<Seen<T[]>> {
  if (docker === null || containers === undefined) return skip('the engine does not answer');
  if (
    role === 'egress' &&
    !(target.kind === 'deployment' && target.isCaged) &&
    !containers.some((each) => each.role === 'egress')
  )
    return { absent: 'there is no egress proxy' };
  const found = containers.find((container) => container.role === role && container.inspect !== null);
  if (found === undefined)
    return skip(`there is no container of the ${role === 'gateway' ? 'gateway' : 'egress proxy'}`);
  return attempt(async () =>
    parse(await docker.logs(found.name, { tail: LOG_LINES, since: new Date(since).toISOString() })),
  );
}
