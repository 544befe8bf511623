import type { ContainerSpec, HostConfigSpec } from '../container-spec.ts';
import { withKit } from '../lab/with-payload.ts';
import type { AttemptLine, Observation } from '../payload/protocol.ts';
import type { StackPlan } from './stack-plan.ts';

/** Containers that attack the twin from outside of it. They are made when they are needed first, and stay. */
export interface Callers {
  fromHost(attempts: readonly AttemptLine[]): Promise<Map<string, Observation>>;
  fromNeighbour(index: number, attempts: readonly AttemptLine[]): Promise<Map<string, Observation>>;
  close(): Promise<void>;
}

const MEMORY = 256 * 1024 * 1024;
const PIDS = 64;

export function createCallers(
  { lab, spec, purpose }: Pick<StackPlan, 'lab' | 'spec' | 'purpose'>,
  { networks, kit }: { networks: readonly string[]; kit: string },
): Callers {
  const running = new Map<string, Promise<string>>();
  const container = (name: string, host: HostConfigSpec, joined: readonly string[]): Promise<string> => {
    const known = running.get(name);
    if (known !== undefined) return known;
    const starting = start(name, host, joined);
    running.set(name, starting);
    return starting;
  };
  const start = async (name: string, host: HostConfigSpec, joined: readonly string[]): Promise<string> => {
    const made = await lab.create(
      `${purpose}-${name}`,
      withKit(idleContainer(spec.gateway, host, joined), kit),
    );
    await lab.start(made);
    return made;
  };
  const hostMode: HostConfigSpec = {
    NetworkMode: 'host',
    ...(spec.target.engine.usernsRemap ? { UsernsMode: 'host' } : {}),
  };
  const network = networks[0] ?? 'none';
  return {
    fromHost: async (attempts) => lab.execAttempts(await container('host-caller', hostMode, []), attempts),
    fromNeighbour: async (index, attempts) =>
      lab.execAttempts(await container(`neighbour-${index}`, { NetworkMode: network }, [network]), attempts),
    close: async () => {
      const made = await Promise.allSettled(running.values());
      await Promise.all(
        made.flatMap((each) => (each.status === 'fulfilled' ? [lab.remove(each.value)] : [])),
      );
    },
  };
}

/** A container of the gateway's image that does nothing by itself and may do nothing. */
function idleContainer(
  { Image, Env }: ContainerSpec,
  host: HostConfigSpec,
  networks: readonly string[],
): ContainerSpec {
  return {
    Image,
    Entrypoint: ['node', '-e', 'setInterval(() => {}, 1 << 30)'],
    Cmd: [],
    Env: Env.filter((entry) => entry.startsWith('PATH=')),
    Labels: {},
    User: '65534:65534',
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Memory: MEMORY,
      PidsLimit: PIDS,
      LogConfig: { Type: 'none' },
      ...host,
    },
    networks: Object.fromEntries(networks.map((network) => [network, {}])),
  };
}
