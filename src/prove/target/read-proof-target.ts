import { type LiveTargets, type LiveTools, readLive } from '../../audit/live/read-live.ts';
import type { Deployment, Service } from '../../deployment/deployment.ts';
import type { Docker } from '../../engine/docker.ts';
import type { ContainerInspect } from '../../engine/docker-types.ts';
import { containerId } from '../../engine/host-id.ts';
import type { EngineReport } from '../../engine/engine-report.ts';
import { noGatewayToProve } from '../../errors/prove-errors.ts';
import type { EngineConnection } from '../../ports/engine-api.ts';
import type { Ports } from '../../ports/ports.ts';
import type { MountSource, ProofTarget, TwinSpec } from '../proof-target.ts';
import { type RawTarget, twinSpecOf } from '../twin/twin-spec.ts';
import { readMountSource } from './mount-source.ts';
import { proofEngineOf } from './proof-engine.ts';

/** The payload needs what Node has had since then. */
const OLDEST_NODE = 18;
const NODE_MS = 60_000;

export interface ProofTargetTools extends Omit<LiveTools, 'docker'> {
  ports: Pick<Ports, 'random'>;
  docker: Docker;
  connection: EngineConnection;
  engine: Pick<EngineReport, 'kind' | 'engine'>;
}

export interface FoundTarget {
  spec: TwinSpec;
  /** What the audit sees of it. */
  live: LiveTargets;
  raw: RawTarget;
}

/**
 * Finds the deployment that is to be proved, and changes nothing of it.
 * @param name of a container or of a Compose project
 * @throws AppError `live-not-found`, `no-gateway-to-prove`, and those of the engine
 */
export async function readProofTarget(name: string, tools: ProofTargetTools): Promise<FoundTarget> {
  const live = await readLive(name, tools);
  const { deployment } = live.effective;
  const chosen = chooseService(deployment, live.raw.containers, name, tools.choices.service);
  if (chosen === undefined)
    throw noGatewayToProve(
      name,
      deployment.services.map((each) => each.name),
    );
  const { service: gateway, container } = chosen;
  const raw: RawTarget = {
    gateway: container,
    ...sidecars(deployment, live.raw.containers),
    networks: live.raw.networks,
    own: new Set(live.raw.containers.map(({ Id }) => Id)),
  };
  const [info, image, hasNode, mountSources] = await Promise.all([
    tools.docker.info(),
    tools.docker.inspectImage(container.Image),
    imageHasNode(tools.docker, container.Image),
    readSources(tools.connection, container, tools.engine),
  ]);
  const digest = image?.RepoDigests?.[0]?.split('@')[1];
  const { openclawConfig: config } = deployment;
  const target: ProofTarget = {
    name,
    container: { name: container.Name.replace(/^\//, ''), id: container.Id },
    deployment,
    gateway,
    image: {
      reference: container.Config.Image,
      id: container.Image,
      ...(digest === undefined ? {} : { digest }),
      hasNode,
    },
    ...(config === undefined ? {} : { config }),
    ...(live.configPath === undefined ? {} : { configPath: live.configPath }),
    engine: proofEngineOf(info, tools.engine),
  };
  return { spec: { ...twinSpecOf(target, raw, tools.ports.random), mountSources }, live, raw };
}

/**
 * The gateway that is meant: the named container where it is one, else the project's. A container that was named by itself
 * and has no OpenClaw beside it is taken for the gateway: whoever names it knows.
 */
function chooseService(
  deployment: Deployment,
  containers: readonly ContainerInspect[],
  name: string,
  asked: string | undefined,
): { service: Service; container: ContainerInspect } | undefined {
  const pairs = containers.flatMap((container, index) => {
    const service = deployment.services[index];
    return service === undefined ? [] : [{ service, container }];
  });
  const named = pairs.find(
    ({ container }) => container.Name === `/${name}` || (name.length >= 12 && container.Id.startsWith(name)),
  );
  const gateways = pairs.filter(({ service }) => service.role === 'gateway');
  const chosen = gateways.find((each) => each === named) ?? gateways[0];
  if (chosen !== undefined || named === undefined || asked !== undefined) return chosen;
  // Measures, and what they weaken, go by the role.
  named.service.role = 'gateway';
  named.service.roleReason = 'named by its container';
  return named;
}

function sidecars(
  { services }: Deployment,
  containers: readonly ContainerInspect[],
): Pick<RawTarget, 'egress' | 'ingress'> {
  const found: Pick<RawTarget, 'egress' | 'ingress'> = {};
  for (const role of ['egress', 'ingress'] as const) {
    const container = containers[services.findIndex((service) => service.role === role)];
    if (container !== undefined) found[role] = container;
  }
  return found;
}

/** Neither the settings of an image nor its name tell: it is run once, with nothing in reach. */
async function imageHasNode(docker: Pick<Docker, 'runOneOff'>, image: string): Promise<boolean> {
  const { code, stdout } = await docker.runOneOff({
    image,
    entrypoint: 'node',
    args: ['--version'],
    timeoutMs: NODE_MS,
  });
  return code === 0 && Number(/^v(\d+)/.exec(stdout)?.[1] ?? 0) >= OLDEST_NODE;
}

/** With the ids that the container sees: the engine tells its host's, and takes the container's when it makes something. */
async function readSources(
  connection: EngineConnection,
  { Id, Mounts }: ContainerInspect,
  engine: ProofTargetTools['engine'],
): Promise<ReadonlyMap<string, MountSource>> {
  const inside = (id: number): number => containerId(id, engine) ?? id;
  const read = await Promise.all(
    Mounts.filter(({ Type }) => Type !== 'tmpfs').map(async ({ Destination }) => {
      const source = await readMountSource(connection, Id, Destination);
      if (source === undefined) return [];
      return [[Destination, { ...source, uid: inside(source.uid), gid: inside(source.gid) }] as const];
    }),
  );
  return new Map(read.flat());
}
