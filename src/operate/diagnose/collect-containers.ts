import { deploymentFromInspect } from '../../deployment/docker/read-inspect.ts';
import { settleRoles } from '../../deployment/role.ts';
import { callDocker } from '../../engine/docker-call.ts';
import type { ContainerInspect } from '../../engine/docker-types.ts';
import { attempt, skip } from './attempt.ts';
import type { EngineLook } from './collect-engine.ts';
import type { ContainerSeen, Seen, SeenRole } from './observations.ts';

const PROJECT = 'com.docker.compose.project';
const SERVICE = 'com.docker.compose.service';
const EVENTS_MS = 15_000;

/** The containers of a deployment; those of ours that should be there and are not, too. */
export async function readContainers(look: EngineLook): Promise<Seen<ContainerSeen[]>> {
  if (look.docker === null) return skip('the engine does not answer');
  const found = await attempt(() => inspectAll(look));
  if (!('value' in found)) return found;
  const containers = withRoles(found.value);
  const { target } = look;
  if (target.kind === 'deployment')
    for (const service of target.isCaged
      ? (['gateway', 'egress', 'ingress'] as const)
      : (['gateway'] as const))
      if (!containers.some(({ role }) => role === service))
        containers.push({
          service,
          role: service,
          name: `${target.name}-${service}-1`,
          inspect: null,
          events: [],
        });
  for (const container of containers)
    if (container.inspect !== null) container.events = await eventsOf(look, container.name);
  return { value: containers };
}

async function inspectAll({ docker, target }: EngineLook): Promise<ContainerInspect[]> {
  if (docker === null) return [];
  const one = target.kind === 'container' ? await docker.inspectContainer(target.name) : null;
  const project = target.kind === 'deployment' ? target.name : one?.Config.Labels?.[PROJECT];
  if (project === undefined) return one === null ? [] : [one];
  const listed = await docker.listContainers([`${PROJECT}=${project}`]);
  const all = await Promise.all(listed.map(({ id }) => docker.inspectContainer(id)));
  const found = all.filter((each) => each !== null).filter((each) => !isOneOff(each));
  if (one !== null && !found.some(({ Id }) => Id === one.Id)) found.unshift(one);
  return found;
}

function isOneOff({ Config: { Labels } }: ContainerInspect): boolean {
  return Labels?.['com.docker.compose.oneoff'] === 'True';
}

/** Roles as an audit finds them; a container that the user named and that is alone is taken for the gateway. */
function withRoles(inspected: readonly ContainerInspect[]): ContainerSeen[] {
  const { services } = deploymentFromInspect(inspected, []);
  settleRoles(services);
  const containers = inspected.map((inspect, index): ContainerSeen => {
    const name = inspect.Name.replace(/^\//, '');
    const role = services[index]?.role ?? 'neighbour';
    return {
      service: inspect.Config.Labels?.[SERVICE] ?? name,
      role:
        role === 'gateway' || role === 'egress' || role === 'ingress' ? role : ('other' satisfies SeenRole),
      name,
      inspect,
      events: [],
    };
  });
  const [only] = containers;
  if (containers.length === 1 && only?.role === 'other') only.role = 'gateway';
  return containers;
}

/** How it ended lately, as far as the engine remembers: it keeps few events, and health checks are events, too. */
async function eventsOf(
  { ports, program, since }: EngineLook,
  name: string,
): Promise<ContainerSeen['events']> {
  const seconds = (ms: number): string => String(Math.floor(ms / 1000));
  const filters = ['type=container', 'event=die', 'event=oom', `container=${name}`].flatMap((filter) => [
    '--filter',
    filter,
  ]);
  const now = ports.clock.now().getTime();
  const args = [
    'events',
    '--since',
    seconds(since),
    '--until',
    seconds(now),
    ...filters,
    '--format',
    '{{json .}}',
  ];
  const answer = await attempt(() =>
    callDocker(ports, program, args, { action: `ask what happened to ${name}`, timeoutMs: EVENTS_MS }),
  );
  if (!('value' in answer)) return [];
  return answer.value.stdout.split('\n').flatMap(parseEvent);
}

function parseEvent(line: string): ContainerSeen['events'] {
  try {
    const { status, time, Actor } = JSON.parse(line) as {
      status?: string;
      time?: number;
      Actor?: { Attributes?: { exitCode?: string } };
    };
    if ((status !== 'die' && status !== 'oom') || typeof time !== 'number') return [];
    const code = Actor?.Attributes?.exitCode;
    return [{ kind: status, at: time * 1000, exitCode: code === undefined ? null : Number(code) }];
  } catch {
    return [];
  }
}
