import type { ExecResult } from '../ports/exec.ts';
import { type DockerPorts, throwIfKilled } from './docker-call.ts';

/** A container that runs one command and is gone afterwards. What is not asked for is off. */
export interface OneOff {
  image: string;
  args: readonly string[];
  /** First word of the command; the image's own entry point when absent. */
  entrypoint?: string;
  /** "1000:1000"; the image's own when absent. */
  user?: string;
  hostname?: string;
  /** A network, "none" (default) or "container:NAME". */
  network?: string;
  /** Values of --mount: "type=volume,source=…,target=…,readonly". */
  mounts?: readonly string[];
  /** Target → options of a tmpfs. */
  tmpfs?: Record<string, string>;
  /** Never a secret: it is seen in `docker inspect` and on the command line. */
  environment?: Record<string, string>;
  workingFolder?: string;
  /** False gives a writable root. */
  readOnlyRoot?: boolean;
  /** Capabilities kept; none when absent. */
  capabilities?: readonly string[];
  /** Bytes. */
  memory?: number;
  /** Bytes of both together; twice the memory when absent. */
  memoryAndSwap?: number;
  /** OCI runtime; the engine's default when absent. */
  runtime?: string;
  pids?: number;
  input?: string | Uint8Array;
  timeoutMs: number;
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  labels?: Record<string, string>;
}

const DEFAULT_PIDS = 256;
/** What the names of these containers begin with. */
export const ONE_OFF_PREFIX = 'clawproof-once-';

/**
 * Runs it and gives its exit code and output; 125 means that the engine could not start it.
 * @throws AppError when docker is missing or the time is up (the container is then removed); the signal's reason on abort
 */
export async function runOneOff(
  ports: DockerPorts & { random: { hex(bytes: number): string } },
  program: string,
  options: OneOff,
): Promise<ExecResult> {
  const name = `${ONE_OFF_PREFIX}${ports.random.hex(6)}`;
  const result = await ports.exec.run(program, oneOffArguments(name, options), {
    timeoutMs: options.timeoutMs,
    signal: ports.signal,
    ...(options.input !== undefined && { input: options.input }),
    ...(options.onLine && { onLine: options.onLine }),
  });
  if (result.killed !== undefined && result.killed !== 'missing') {
    // The client is dead, the container is not. No signal here: this must happen after an abort, too.
    await ports.exec.run(program, ['rm', '--force', '--volumes', name], { timeoutMs: 30_000 });
  }
  throwIfKilled(ports, program, result, {
    action: `finish a one-off container of ${options.image}`,
    timeoutMs: options.timeoutMs,
  });
  return result;
}

/** The arguments of `docker run` for a one-off container. */
export function oneOffArguments(name: string, options: OneOff): string[] {
  const flag = (key: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [key, String(value)];
  return [
    'run', '--rm', '--name', name, '--pull', 'never', '--init', '--log-driver', 'none',
    '--security-opt', 'no-new-privileges', '--cap-drop', 'ALL',
    ...(options.capabilities ?? []).flatMap((capability) => ['--cap-add', capability]),
    ...(options.readOnlyRoot === false ? [] : ['--read-only']),
    '--network', options.network ?? 'none',
    '--pids-limit', String(options.pids ?? DEFAULT_PIDS),
    ...flag('--memory', options.memory),
    ...flag('--memory-swap', options.memoryAndSwap),
    ...flag('--runtime', options.runtime),
    ...flag('--user', options.user),
    ...flag('--hostname', options.hostname),
    ...flag('--workdir', options.workingFolder),
    ...flag('--entrypoint', options.entrypoint),
    ...(options.mounts ?? []).flatMap((mount) => ['--mount', mount]),
    ...Object.entries(options.tmpfs ?? {}).flatMap(([target, settings]) => ['--tmpfs', settings === '' ? target : `${target}:${settings}`]),
    ...Object.entries(options.environment ?? {}).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...Object.entries(options.labels ?? {}).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    ...(options.input === undefined ? [] : ['--interactive']),
    options.image,
    ...options.args,
  ]; // prettier-ignore
}
