import { withoutEscapes } from '../documents/escape-sequences.ts';
import type { ExecResult } from '../ports/exec.ts';
import {
  callDocker,
  type CallOptions,
  type DockerPorts,
  parseAnswer,
  parseAnswers,
  throwIfKilled,
} from './docker-call.ts';

const QUICK_MS = 60_000;
const UP_MS = 10 * 60_000;
/** Above the longest stop_grace_period that a deployment asks for. */
const DOWN_MS = 12 * 60_000;

/** Settings of the user's shell that would silently change which project Compose works on. */
const OWN_SETTINGS_ONLY: Record<string, undefined> = {
  COMPOSE_FILE: undefined,
  COMPOSE_PATH_SEPARATOR: undefined,
  COMPOSE_PROJECT_NAME: undefined,
  COMPOSE_PROFILES: undefined,
  COMPOSE_ENV_FILES: undefined,
  COMPOSE_DISABLE_ENV_FILE: undefined,
  COMPOSE_IGNORE_ORPHANS: undefined,
  COMPOSE_CONVERT_WINDOWS_PATHS: undefined,
};

/** Which deployment Compose works on. */
export interface ComposeProject {
  name: string;
  /** Absolute path of the deployment folder. */
  directory: string;
  /** Compose files, relative to the folder; compose.yaml alone when absent. */
  files?: readonly string[];
}

/** One container as `docker compose ps` lists it. */
export interface ComposeContainer {
  ID: string;
  Name: string;
  Service: string;
  Image: string;
  /** running, exited, … */
  State: string;
  /** healthy, unhealthy, starting; empty without a health check. */
  Health: string;
  ExitCode: number;
  Status: string;
}

export type OnLine = (line: string, stream: 'stdout' | 'stderr') => void;

/** Compose on one project, as typed functions. Every call has a time limit; failures are AppErrors. */
export interface Compose {
  /** The files as Compose understands them. @throws AppError with Compose's own words when it does not */
  config(): Promise<Record<string, unknown>>;
  /** Makes the deployment run what the files say, or what `text` says in their place; builds and pulls nothing. */
  up(options?: {
    services?: readonly string[];
    recreate?: boolean;
    noDeps?: boolean;
    text?: string;
    onLine?: OnLine;
  }): Promise<void>;
  /** Stops and removes the containers and networks; with `volumes`, their data too. */
  down(options?: { volumes?: boolean; onLine?: OnLine }): Promise<void>;
  /** Also stopped containers. */
  ps(): Promise<ComposeContainer[]>;
  logs(options?: { services?: readonly string[]; tail?: number; since?: string }): Promise<string>;
  /** Shows the logs on the caller's own terminal until it is interrupted; resolves with the exit code. */
  followLogs(options?: { services?: readonly string[]; tail?: number }): Promise<number>;
  restart(services: readonly string[]): Promise<void>;
  stop(services: readonly string[]): Promise<void>;
  /** Runs a command in a running container. Its exit code is the caller's to judge. */
  exec(service: string, args: readonly string[], options: RunOptions): Promise<ExecResult>;
  /** Runs a command in a new container of a service, without its dependencies, gone afterwards. */
  run(service: string, args: readonly string[], options: RunOptions): Promise<ExecResult>;
  /** The same two on the caller's own terminal; resolve with the exit code. `tty` false when stdin is no terminal. */
  execInteractive(
    service: string,
    args: readonly string[],
    options: { tty: boolean; user?: string },
  ): Promise<number>;
  runInteractive(
    service: string,
    args: readonly string[],
    options: { tty: boolean; user?: string },
  ): Promise<number>;
}

export interface RunOptions {
  timeoutMs: number;
  user?: string;
  input?: string | Uint8Array;
  onLine?: OnLine;
}

/** @param program the docker binary to call, as `detectEngine` found it */
export function createCompose(ports: DockerPorts, project: ComposeProject, program = 'docker'): Compose {
  const base = projectArguments(project);
  const surroundings = { cwd: project.directory, env: OWN_SETTINGS_ONLY };
  const caller: Caller = {
    call: (args, options) => {
      const own = options.input === undefined ? base : projectArguments({ ...project, files: [STDIN] });
      return callDocker(ports, program, [...own, ...args], { ...surroundings, ...options });
    },
    interactive: (args) => ports.exec.interactive(program, [...base, ...args], surroundings),
    command: async (args, service, { timeoutMs, input, onLine }) => {
      const settings = {
        ...surroundings,
        timeoutMs,
        signal: ports.signal,
        ...(input !== undefined && { input }),
        ...(onLine && { onLine }),
      };
      const result = await ports.exec.run(program, [...base, ...args], settings);
      throwIfKilled(ports, program, result, { action: `finish a command in ${service}`, timeoutMs });
      return result;
    },
  };
  return { ...readers(caller), ...changers(caller), ...commands(caller) };
}

/** What all groups of functions call Compose with. */
interface Caller {
  /** Fails when Compose does. What it gets as input is read in place of the files. */
  call: (args: readonly string[], options: CallOptions) => Promise<ExecResult>;
  /** On the caller's own terminal. */
  interactive: (args: readonly string[]) => Promise<number>;
  /** Leaves the exit code to the caller. */
  command: (args: readonly string[], service: string, options: RunOptions) => Promise<ExecResult>;
}

function readers({ call, interactive }: Caller): Pick<Compose, 'config' | 'ps' | 'logs' | 'followLogs'> {
  return {
    config: async () => {
      const action = 'read the compose file';
      return parseAnswer(
        action,
        (await call(['config', '--format', 'json'], { action, timeoutMs: QUICK_MS })).stdout,
      );
    },
    ps: async () => {
      const action = 'list the containers';
      return parseAnswers(
        action,
        (await call(['ps', '--all', '--format', 'json'], { action, timeoutMs: QUICK_MS })).stdout,
      );
    },
    logs: async (options = {}) => {
      const { stdout } = await call(['logs', '--no-color', ...logFlags(options)], {
        action: 'read the logs',
        timeoutMs: QUICK_MS,
      });
      // Compose itself writes some, and what the agent logs must not move the reader's cursor.
      return withoutEscapes(stdout);
    },
    followLogs: (options = {}) => interactive(['logs', '--follow', ...logFlags(options)]),
  };
}

function changers({ call }: Caller): Pick<Compose, 'up' | 'down' | 'restart' | 'stop'> {
  return {
    up: async ({ services = [], recreate, noDeps, text, onLine } = {}) => {
      const flags = [...(recreate ? ['--force-recreate'] : []), ...(noDeps ? ['--no-deps'] : [])];
      const input = text === undefined ? {} : { input: text };
      const options = {
        action: 'start the containers',
        timeoutMs: UP_MS,
        ...input,
        ...(onLine && { onLine }),
      };
      await call(
        ['up', '--detach', '--no-build', '--pull', 'never', '--remove-orphans', ...flags, ...services],
        options,
      );
    },
    down: async ({ volumes, onLine } = {}) => {
      const options = { action: 'stop the containers', timeoutMs: DOWN_MS, ...(onLine && { onLine }) };
      await call(['down', '--remove-orphans', ...(volumes ? ['--volumes'] : [])], options);
    },
    restart: async (services) =>
      void (await call(['restart', ...services], { action: 'restart the containers', timeoutMs: DOWN_MS })),
    stop: async (services) =>
      void (await call(['stop', ...services], { action: 'stop the containers', timeoutMs: DOWN_MS })),
  };
}

function commands({
  command,
  interactive,
}: Caller): Pick<Compose, 'exec' | 'run' | 'execInteractive' | 'runInteractive'> {
  return {
    exec: (service, args, options) =>
      command(['exec', '-T', ...userFlag(options.user), service, ...args], service, options),
    run: (service, args, options) =>
      command([...RUN, '-T', ...userFlag(options.user), service, ...args], service, options),
    execInteractive: (service, args, options) =>
      interactive(['exec', ...ttyFlag(options.tty), ...userFlag(options.user), service, ...args]),
    runInteractive: (service, args, options) =>
      interactive([...RUN, ...ttyFlag(options.tty), ...userFlag(options.user), service, ...args]),
  };
}

const RUN = ['run', '--rm', '--no-deps'];

/** What Compose takes for its standard input. */
const STDIN = '-';

/** The arguments that pin Compose to one project. */
export function projectArguments(project: ComposeProject): string[] {
  const files = (project.files ?? ['compose.yaml']).flatMap((file) => [
    '--file',
    file === STDIN ? file : `${project.directory}/${file}`,
  ]);
  return [
    'compose',
    '--ansi',
    'never',
    '--project-name',
    project.name,
    '--project-directory',
    project.directory,
    ...files,
  ];
}

function logFlags(options: { services?: readonly string[]; tail?: number; since?: string }): string[] {
  return [
    ...(options.tail === undefined ? [] : ['--tail', String(options.tail)]),
    ...(options.since === undefined ? [] : ['--since', options.since]),
    ...(options.services ?? []),
  ];
}

function userFlag(user: string | undefined): string[] {
  return user === undefined ? [] : ['--user', user];
}

function ttyFlag(tty: boolean): string[] {
  return tty ? [] : ['-T'];
}
