import type { ExecResult } from '../ports/exec.ts';
import { callDocker, type DockerPorts, parseAnswer, parseAnswers } from './docker-call.ts';
import type {
  ContainerInspect,
  ContainerSummary,
  DockerInfo,
  DockerVersion,
  ImageInspect,
  NetworkInspect,
  VolumeInspect,
} from './docker-types.ts';
import { runOneOff, type OneOff } from './one-off.ts';

/** Asking takes some 50 ms each time. */
const REMOVAL_TURNS = 200;
const QUICK_MS = 30_000;
const PULL_MS = 30 * 60_000;
const IMPORT_MS = 10 * 60_000;
const JSON_FORMAT = ['--format', '{{json .}}'];

/** The docker CLI as typed functions. Every call has a time limit; failures are AppErrors. */
export interface Docker {
  info(): Promise<DockerInfo>;
  version(): Promise<DockerVersion>;
  /** null when there is none of that name. */
  inspectContainer(name: string): Promise<ContainerInspect | null>;
  inspectImage(reference: string): Promise<ImageInspect | null>;
  inspectNetwork(name: string): Promise<NetworkInspect | null>;
  inspectVolume(name: string): Promise<VolumeInspect | null>;
  /** CIDR blocks of all networks of the engine. */
  listSubnets(): Promise<string[]>;
  /** Containers that have all these labels ("key" or "key=value"), also stopped ones. */
  listContainers(labels: readonly string[]): Promise<ContainerSummary[]>;
  /** Pulls an image; `onLine` hears the layers' progress. */
  pull(reference: string, onLine?: (line: string) => void): Promise<void>;
  /** Runs a container that is gone afterwards, locked down unless told; its exit code is the caller's to judge. */
  runOneOff(options: OneOff): Promise<ExecResult>;
  createNetwork(
    name: string,
    options?: { internal?: boolean; subnet?: string; labels?: Record<string, string> },
  ): Promise<void>;
  createVolume(name: string, labels?: Record<string, string>): Promise<void>;
  /** False when there was none. */
  removeContainer(name: string): Promise<boolean>;
  removeNetwork(name: string): Promise<boolean>;
  removeVolume(name: string): Promise<boolean>;
  removeImage(reference: string): Promise<boolean>;
  tag(reference: string, newReference: string): Promise<void>;
  /** Makes an image of a tar archive of a root filesystem; resolves with its id. `changes` are Dockerfile instructions. */
  importImage(tarPath: string, reference: string, changes?: readonly string[]): Promise<string>;
  /** Both streams of a container's log, stdout first. */
  logs(name: string, options?: { tail?: number; since?: string }): Promise<string>;
  /** Names of the running containers that have a volume mounted; paused ones among them. */
  containersUsing(volume: string): Promise<string[]>;
  /** Holds all processes of a container where they are. */
  pause(name: string): Promise<void>;
  /** Lets them go on; nothing happens when the container is not paused, or gone. */
  unpause(name: string): Promise<void>;
  /** Sends a signal to a container's first process. */
  kill(name: string, signal?: string): Promise<void>;
}

/**
 * @param program the docker binary to call, as `detectEngine` found it
 */
export function createDocker(
  ports: DockerPorts & { random: { hex(bytes: number): string } },
  program = 'docker',
): Docker {
  const caller: Caller = {
    ports,
    program,
    quick: (action, args) => callDocker(ports, program, args, { action, timeoutMs: QUICK_MS }),
  };
  return {
    ...readers(caller),
    ...listers(caller),
    ...imageCommands(caller),
    ...objectCommands(caller),
    runOneOff: (options) => runOneOff(ports, program, options),
  };
}

/** What all groups of functions call docker with. */
interface Caller {
  ports: DockerPorts;
  program: string;
  /** A call that the engine answers at once. */
  quick: (action: string, args: readonly string[]) => Promise<ExecResult>;
}

type Readers =
  | 'info'
  | 'version'
  | 'inspectContainer'
  | 'inspectImage'
  | 'inspectNetwork'
  | 'inspectVolume'
  | 'logs';

function readers({ ports, program, quick }: Caller): Pick<Docker, Readers> {
  const inspect = inspector(ports, program);
  return {
    info: async () =>
      parseAnswer(
        'ask the engine what it is',
        (await quick('ask the engine what it is', ['info', ...JSON_FORMAT])).stdout,
      ),
    version: async () =>
      parseAnswer(
        'ask the engine for its version',
        (await quick('ask the engine for its version', ['version', ...JSON_FORMAT])).stdout,
      ),
    inspectContainer: (name) => inspect('container', name),
    inspectImage: (reference) => inspect('image', reference),
    inspectNetwork: (name) => inspect('network', name),
    inspectVolume: (name) => inspect('volume', name),
    logs: async (name, options = {}) => {
      const flags = [
        ...(options.tail === undefined ? [] : ['--tail', String(options.tail)]),
        ...(options.since === undefined ? [] : ['--since', options.since]),
      ];
      const result = await quick(`read the log of ${name}`, ['logs', ...flags, name]);
      return result.stdout + result.stderr;
    },
  };
}

function listers({
  ports,
  program,
  quick,
}: Caller): Pick<Docker, 'listSubnets' | 'listContainers' | 'containersUsing'> {
  return {
    listSubnets: async () => {
      const action = 'list the networks';
      const ids = (await quick(action, ['network', 'ls', '--quiet'])).stdout.split(/\s+/).filter(Boolean);
      // A network that goes away in between makes inspect fail, but what it found stands in its answer.
      const result = await callDocker(ports, program, ['network', 'inspect', ...ids], {
        action,
        timeoutMs: QUICK_MS,
        accept: isAbsent,
      });
      const networks = parseAnswer<NetworkInspect[]>(action, result.stdout);
      return networks.flatMap((network) =>
        (network.IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet ? [Subnet] : [])),
      );
    },
    containersUsing: async (volume) => {
      const args = ['ps', '--filter', `volume=${volume}`, '--format', '{{.Names}}'];
      return (await quick(`see who uses the volume ${volume}`, args)).stdout.split(/\s+/).filter(Boolean);
    },
    listContainers: async (labels) => {
      const filters = labels.flatMap((label) => ['--filter', `label=${label}`]);
      const { stdout } = await quick('list the containers', [
        'ps',
        '--all',
        '--no-trunc',
        ...filters,
        ...JSON_FORMAT,
      ]);
      return parseAnswers<PsLine>('list the containers', stdout).map(toSummary);
    },
  };
}

type ImageCommands = 'pull' | 'tag' | 'importImage' | 'removeImage';

function imageCommands({ ports, program, quick }: Caller): Pick<Docker, ImageCommands> {
  const remove = remover(ports, program);
  return {
    pull: async (reference, onLine) => {
      await callDocker(ports, program, ['pull', reference], {
        action: `pull ${reference}`,
        timeoutMs: PULL_MS,
        ...(onLine && { onLine }),
      });
    },
    tag: async (reference, newReference) =>
      void (await quick(`tag ${reference} as ${newReference}`, ['image', 'tag', reference, newReference])),
    importImage: async (tarPath, reference, changes = []) => {
      const flags = changes.flatMap((change) => ['--change', change]);
      const options = { action: `import ${tarPath} as an image`, timeoutMs: IMPORT_MS };
      return (
        await callDocker(ports, program, ['image', 'import', ...flags, tarPath, reference], options)
      ).stdout.trim();
    },
    removeImage: (reference) => remove(['image', 'rm', reference], `remove the image ${reference}`),
  };
}

type ObjectCommands =
  | 'createNetwork'
  | 'createVolume'
  | 'removeContainer'
  | 'removeNetwork'
  | 'removeVolume'
  | 'pause'
  | 'unpause'
  | 'kill';

function objectCommands({ ports, program, quick }: Caller): Pick<Docker, ObjectCommands> {
  const remove = remover(ports, program);
  return {
    createNetwork: async (name, options = {}) => {
      const flags = [
        ...(options.internal ? ['--internal'] : []),
        ...(options.subnet === undefined ? [] : ['--subnet', options.subnet]),
      ];
      await quick(`create the network ${name}`, [
        'network',
        'create',
        ...flags,
        ...labelFlags(options.labels),
        name,
      ]);
    },
    createVolume: async (name, labels) => {
      await quick(`create the volume ${name}`, ['volume', 'create', ...labelFlags(labels), name]);
    },
    removeContainer: (name) => remove(['rm', '--force', '--volumes', name], `remove the container ${name}`),
    removeNetwork: (name) => remove(['network', 'rm', name], `remove the network ${name}`),
    removeVolume: (name) => remove(['volume', 'rm', name], `remove the volume ${name}`),
    pause: async (name) => void (await quick(`pause ${name}`, ['pause', name])),
    unpause: async (name) =>
      void (await callDocker(ports, program, ['unpause', name], {
        action: `let ${name} go on`,
        timeoutMs: QUICK_MS,
        accept: (result) => isAbsent(result) || /is not (?:paused|running)/i.test(result.stderr),
      })),
    kill: async (name, signal = 'KILL') =>
      void (await quick(`send ${signal} to ${name}`, ['kill', '--signal', signal, name])),
  };
}

function inspector(
  ports: DockerPorts,
  program: string,
): <T>(kind: 'container' | 'image' | 'network' | 'volume', name: string) => Promise<T | null> {
  return async <T>(kind: string, name: string) => {
    const action = `look at the ${kind} ${name}`;
    const result = await callDocker(ports, program, [kind, 'inspect', name], {
      action,
      timeoutMs: QUICK_MS,
      accept: isAbsent,
    });
    return result.code === 0 ? (parseAnswer<T[]>(action, result.stdout)[0] ?? null) : null;
  };
}

function remover(
  ports: DockerPorts,
  program: string,
): (args: readonly string[], action: string) => Promise<boolean> {
  return async (args, action) => {
    for (let turn = 1; ; turn += 1) {
      const result = await callDocker(ports, program, args, {
        action,
        timeoutMs: 2 * QUICK_MS,
        accept: (answer) => isAbsent(answer) || (turn < REMOVAL_TURNS && isBeingRemoved(answer)),
      });
      if (!isBeingRemoved(result)) return result.code === 0 && !isAbsent(result);
    }
  };
}

/** The engine is at it itself, as with a container that was started with --rm and just ends. */
function isBeingRemoved({ stderr }: ExecResult): boolean {
  return /removal of \S+ \S+ is already in progress/i.test(stderr);
}

/** What the engine says of a container, image, network or volume that does not exist; older and newer wording. */
function isAbsent(result: ExecResult): boolean {
  return /no such (?:container|image|network|volume|object)|network \S+ not found|get \S+: no such volume/i.test(
    result.stderr,
  );
}

interface PsLine {
  ID: string;
  Names: string;
  Image: string;
  State: string;
  Status: string;
  Labels: string;
}

function toSummary(line: PsLine): ContainerSummary {
  const labels: Record<string, string> = {};
  // A comma in a value cannot be told from the separator: a part without "=" belongs to the value before it.
  let last: string | undefined;
  for (const part of line.Labels === '' ? [] : line.Labels.split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0) labels[(last = part.slice(0, equals))] = part.slice(equals + 1);
    else if (last !== undefined) labels[last] += `,${part}`;
  }
  return { id: line.ID, name: line.Names, image: line.Image, state: line.State, status: line.Status, labels };
}

function labelFlags(labels: Record<string, string> = {}): string[] {
  return Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
}
