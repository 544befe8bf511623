import type { ExecResult } from '../../ports/exec.ts';
import type { Compose, RunOptions } from '../compose.ts';
import type { Docker } from '../docker.ts';
import type { ContainerInspect, ContainerSummary, NetworkInspect } from '../docker-types.ts';
import type { OneOff } from '../one-off.ts';

type Reply<T> = (options: T) => Partial<ExecResult>;

/** An engine in memory: containers, networks and logs as put there; one-off containers answer as told. Any other call fails. */
export interface FakeDocker extends Docker {
  readonly containers: Map<string, ContainerInspect>;
  readonly networks: Map<string, NetworkInspect>;
  readonly logTexts: Map<string, string>;
  readonly summaries: ContainerSummary[];
  readonly subnets: string[];
  readonly oneOffs: OneOff[];
  /** What a one-off container answers; exit code 0 and no output unless told. */
  oneOffReply: Reply<OneOff>;
}

export function fakeDocker(): FakeDocker {
  const fake = {
    containers: new Map(),
    networks: new Map(),
    logTexts: new Map(),
    summaries: [],
    subnets: [],
    oneOffs: [],
    oneOffReply: () => ({}),
    inspectContainer: async (name) => fake.containers.get(name) ?? null,
    inspectNetwork: async (name) => fake.networks.get(name) ?? null,
    listSubnets: async () => fake.subnets,
    listContainers: async () => fake.summaries,
    containersUsing: async () => [],
    logs: async (name, options = {}) => {
      const text = fake.logTexts.get(name) ?? '';
      return options.tail === undefined ? text : text.split('\n').slice(-options.tail).join('\n');
    },
    runOneOff: async (options) => {
      fake.oneOffs.push(options);
      return result(fake.oneOffReply(options));
    },
  } as Partial<FakeDocker> as FakeDocker;
  return loud(fake, 'docker');
}

/** Compose in memory: records what was run in containers. */
export interface FakeCompose extends Compose {
  readonly execs: { service: string; args: readonly string[]; options: RunOptions }[];
  execReply: Reply<{ service: string; args: readonly string[] }>;
}

export function fakeCompose(): FakeCompose {
  const fake = {
    execs: [],
    execReply: () => ({}),
    exec: async (service, args, options) => {
      fake.execs.push({ service, args, options });
      return result(fake.execReply({ service, args }));
    },
  } as Partial<FakeCompose> as FakeCompose;
  return loud(fake, 'compose');
}

function result(reply: Partial<ExecResult>): ExecResult {
  return { code: 0, stdout: '', stderr: '', durationMs: 0, ...reply };
}

/** A call that nobody told it of is a mistake in the test, and says so. */
function loud<T extends object>(fake: T, name: string): T {
  return new Proxy(fake, {
    get: (target, key) => {
      if (key in target || typeof key === 'symbol' || key === 'then')
        return Reflect.get(target, key) as unknown;
      return () => {
        throw new Error(`the fake ${name} does not know ${key}`);
      };
    },
  });
}

/** What docker inspect says of a container that runs well, with `change` put in. */
export function runningContainer(
  change: {
    state?: Partial<ContainerInspect['State']>;
    restarts?: number;
    image?: string;
    labels?: Record<string, string>;
    env?: string[];
  } = {},
): ContainerInspect {
  const container: Partial<ContainerInspect> = {
    Id: 'c'.repeat(64),
    Name: '/openclaw-gateway-1',
    RestartCount: change.restarts ?? 0,
    State: {
      Status: 'running',
      Running: true,
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      Pid: 1234,
      ExitCode: 0,
      Error: '',
      StartedAt: '2026-11-22T09:59:00.000Z',
      FinishedAt: '0001-01-01T00:00:00Z',
      Health: { Status: 'healthy', FailingStreak: 0 },
      ...change.state,
    },
    Config: {
      Image: change.image ?? `sha256:${'a'.repeat(64)}`,
      User: '1000:1000',
      Hostname: 'gateway',
      Env: change.env ?? [],
      Labels: change.labels ?? {},
    },
  };
  return container as ContainerInspect;
}

/** A bridge network with one block, as inspected. */
export function network(name: string, block: string): NetworkInspect {
  return { Id: name, Name: name, Driver: 'bridge', Internal: false, IPAM: { Config: [{ Subnet: block }] } };
}
