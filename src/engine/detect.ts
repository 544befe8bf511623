import type { ExecResult } from '../ports/exec.ts';
import type { Ports } from '../ports/ports.ts';
import { findDockerPrograms, findSystemProgram, type FoundPrograms } from './docker-programs.ts';
import type { DockerInfo, DockerPlugin, DockerVersion } from './docker-types.ts';
import { engineFacts, engineKind, engineNotes } from './engine-facts.ts';
import { classifyEngineFailure, lastErrorLine } from './engine-failure.ts';
import type { Builder, DockerProgram, EngineReport } from './engine-report.ts';
import { canNeverRun } from './kernel-support.ts';
import {
  type Distribution,
  hasBuiltInBuildKit,
  installCommands,
  isAtLeast,
  MINIMUM_COMPOSE,
  MINIMUM_ENGINE,
  type Missing,
  parseOsRelease,
} from './requirements.ts';

/** An engine that is starting, or a remote one, may take a while; one that takes longer hangs. */
const ANSWER_MS = 20_000;
const QUICK_MS = 10_000;

export type DetectPorts = Pick<Ports, 'exec' | 'files' | 'system' | 'signal'>;

/** What the parts of the detection share. */
interface Host {
  ports: DetectPorts;
  distribution: Distribution;
  /** How the user calls clawproof. */
  self: string;
  isRoot: boolean;
}

/**
 * Looks at what there is of Docker on this host. Changes nothing and starts nothing.
 * @param options.self how the user calls clawproof, for the commands in `missing`
 * @throws only the signal's reason when it is aborted
 */
export async function detectEngine(
  ports: DetectPorts,
  options: { self?: string } = {},
): Promise<EngineReport> {
  const osRelease = await ports.files.read('/etc/os-release').catch(() => null);
  const host: Host = {
    ports,
    distribution: parseOsRelease(osRelease ?? ''),
    self: options.self ?? 'clawproof',
    isRoot: ports.system.uid === 0,
  };
  const found = await findDockerPrograms(ports);
  const [docker] = found.programs;
  if (docker === undefined) return withoutDocker(host, found);

  const { report, plugins } = await askEngine(host, docker);
  report.programs = found.programs;
  const compose = await composeVersion(ports, docker, plugins);
  if (compose !== null && isAtLeast(compose, MINIMUM_COMPOSE)) report.compose = { version: compose };
  else report.missing.push(composeMissing(host, compose));
  const builder = await findBuilder(ports, found.programs, plugins);
  if (builder !== null) report.builder = builder;
  else report.missing.push(builderMissing(host, docker));
  report.ok = report.missing.every((missing) => missing.id === 'builder');
  return report;
}

/** What the engine says of itself, or why it does not; and which plugins its client has. */
async function askEngine(
  host: Host,
  docker: DockerProgram,
): Promise<{ report: EngineReport; plugins: readonly DockerPlugin[] }> {
  const { ports } = host;
  const [endpoint, infoResult, versionResult] = await Promise.all([
    findEndpoint(ports, docker.path),
    ask(ports, docker.path, ['info', '--format', '{{json .}}'], ANSWER_MS),
    ask(ports, docker.path, ['version', '--format', '{{json .}}'], ANSWER_MS),
  ]);
  const info = parseOrNull<DockerInfo>(infoResult.stdout);
  const version = parseOrNull<DockerVersion>(versionResult.stdout);
  const report: EngineReport = { ...emptyReport(engineKind(endpoint, info, version)), endpoint, docker };
  if (info !== null && version?.Server) {
    report.engine = await engineFacts(ports, endpoint, info, version);
    report.notes = engineNotes(report.kind, report.engine);
    report.missing.push(...unsuitable(report, info));
  } else {
    report.missing.push(await unreachable(host, endpoint, infoResult, versionResult, info));
  }
  return { report, plugins: info?.ClientInfo?.Plugins ?? [] };
}

function emptyReport(kind: EngineReport['kind']): EngineReport {
  return { ok: false, kind, endpoint: '', programs: [], missing: [], notes: [] };
}

async function withoutDocker(host: Host, found: FoundPrograms): Promise<EngineReport> {
  const { platform } = host.ports.system;
  const report = emptyReport(found.podman === null ? 'local' : 'podman');
  const engine = await findSystemProgram(host.ports, 'dockerd');
  if (platform !== 'linux') {
    const message = 'Docker is not installed';
    report.missing.push({
      id: 'platform',
      message,
      commands: ['Install Docker Desktop and start it: https://docs.docker.com/desktop/'],
    });
    return report;
  }
  if (found.podman !== null) {
    const message = `${found.podman} is Podman, not Docker; clawproof needs Docker Engine and Compose`;
    report.missing.push({
      id: 'podman',
      message,
      commands: installCommands(host.distribution, host.self, host.isRoot),
    });
    return report;
  }
  const never = await canNeverRun(host.ports);
  if (never !== null) report.missing.push(never);
  const message =
    engine === null
      ? 'Docker is not installed'
      : 'the docker program is not installed (the engine itself is)';
  const id = engine === null ? 'engine' : 'docker-cli';
  report.missing.push({
    id,
    message,
    commands: never === null ? installCommands(host.distribution, host.self, host.isRoot) : [],
  });
  return report;
}

/** Where the docker program looks for the engine; it knows the precedence of DOCKER_HOST and contexts best. */
async function findEndpoint(ports: DetectPorts, program: string): Promise<string> {
  const { stdout } = await ask(
    ports,
    program,
    ['context', 'inspect', '--format', '{{json .Endpoints.docker.Host}}'],
    QUICK_MS,
  );
  const host = parseOrNull<string>(stdout);
  if (typeof host === 'string' && host !== '') return host;
  return ports.system.env['DOCKER_HOST'] || 'unix:///var/run/docker.sock';
}

/** The engine did not answer: which of the many reasons it is. */
async function unreachable(
  host: Host,
  endpoint: string,
  infoResult: ExecResult,
  versionResult: ExecResult,
  info: DockerInfo | null,
): Promise<Missing> {
  if (infoResult.killed === 'timeout' || versionResult.killed === 'timeout') {
    const commands = host.isRoot ? ['systemctl restart docker'] : ['sudo systemctl restart docker'];
    return {
      id: 'engine-silent',
      message: `the engine at ${endpoint} takes connections but does not answer within ${ANSWER_MS / 1000} s`,
      commands,
    };
  }
  const words = [versionResult.stderr, infoResult.stderr, ...(info?.ServerErrors ?? [])].join('\n').trim();
  const failure = classifyEngineFailure(words);
  if (failure === 'permission-denied') return permissionMissing(endpoint);
  if (failure === 'client-too-new' || failure === 'client-too-old') {
    const message = `the docker program and the engine do not understand each other: ${lastErrorLine(words)}`;
    return {
      id: 'api-version',
      message,
      commands: ["Put the docker program of the engine's own version first on the PATH:", 'type -a docker'],
    };
  }
  if (!endpoint.startsWith('unix://')) {
    const message = `Docker is set to the engine at ${withoutUser(endpoint)}, which does not answer: ${lastErrorLine(words)}`;
    return { id: 'remote', message, commands: localAgain(host) };
  }
  if (!isUsualSocket(endpoint)) {
    return {
      id: 'endpoint',
      message: `Docker is set to the engine at ${endpoint}, and nothing answers there`,
      commands: localAgain(host),
    };
  }
  return notRunning(host);
}

async function notRunning(host: Host): Promise<Missing> {
  const never = await canNeverRun(host.ports);
  if (never !== null) return never;
  const sudo = host.isRoot ? '' : 'sudo ';
  if ((await findSystemProgram(host.ports, 'dockerd')) === null) {
    const message = 'the docker program is installed, but Docker Engine is not';
    return { id: 'engine', message, commands: installCommands(host.distribution, host.self, host.isRoot) };
  }
  const hasSystemd = (await host.ports.files.stat('/run/systemd/system')) !== null;
  const commands = hasSystemd
    ? [`${sudo}systemctl enable --now docker`]
    : [`${sudo}${host.self} engine install`];
  return { id: 'engine-stopped', message: 'Docker Engine is installed but not running', commands };
}

function permissionMissing(endpoint: string): Missing {
  return {
    id: 'permission',
    message: `this user may not use the engine at ${endpoint} (not in the group docker)`,
    commands: [
      'Run clawproof with sudo, or join the group, which is as powerful as root, and log in again:',
      'sudo usermod -aG docker "$USER"',
    ],
  };
}

/** The engine answers, but deployments cannot live on it. */
function unsuitable(report: EngineReport, info: DockerInfo): Missing[] {
  const missing: Missing[] = [];
  const version = report.engine?.version ?? '';
  if (report.kind === 'podman') {
    missing.push({
      id: 'podman',
      message: 'the engine that answers is Podman, not Docker',
      commands: ['unset DOCKER_HOST', 'docker context use default'],
    });
  } else if (!isAtLeast(version, MINIMUM_ENGINE)) {
    const message = `Docker Engine ${version} is too old; clawproof needs ${MINIMUM_ENGINE.join('.')} or newer`;
    missing.push({
      id: 'engine-version',
      message,
      commands: ['Update Docker with the package manager that installed it.'],
    });
  }
  if (report.kind === 'remote') {
    const message = `Docker is set to the remote engine at ${withoutUser(report.endpoint)}: its 127.0.0.1 is not yours, and it cannot mount the files of this host`;
    missing.push({
      id: 'remote',
      message,
      commands: [
        'Run clawproof on that host, or go back to the engine of this one:',
        'unset DOCKER_HOST',
        'docker context use default',
      ],
    });
  }
  if (info.OSType !== 'linux') {
    missing.push({
      id: 'linux-containers',
      message: `the engine runs ${info.OSType} containers; clawproof needs Linux ones`,
      commands: ['Switch Docker Desktop to Linux containers.'],
    });
  }
  return missing;
}

async function composeVersion(
  ports: DetectPorts,
  docker: DockerProgram,
  plugins: readonly DockerPlugin[],
): Promise<string | null> {
  const listed = plugins.find((plugin) => plugin.Name === 'compose' && plugin.Err === undefined)?.Version;
  if (listed !== undefined && listed !== '') return listed.replace(/^v/, '');
  const { code, stdout } = await ask(ports, docker.path, ['compose', 'version', '--short'], QUICK_MS);
  return code === 0 && stdout.trim() !== '' ? stdout.trim().replace(/^v/, '') : null;
}

function composeMissing(host: Host, found: string | null): Missing {
  const message =
    found === null
      ? 'Compose v2 (the command `docker compose`) is not installed'
      : `Compose ${found} is too old; clawproof needs v2`;
  return { id: 'compose', message, commands: installCommands(host.distribution, host.self, host.isRoot) };
}

/** The first docker program that can build with BuildKit, by itself or through buildx. */
async function findBuilder(
  ports: DetectPorts,
  programs: readonly DockerProgram[],
  plugins: readonly DockerPlugin[],
): Promise<Builder | null> {
  const buildxListed = plugins.some((plugin) => plugin.Name === 'buildx' && plugin.Err === undefined);
  for (const { path, version } of programs) {
    if (hasBuiltInBuildKit(version))
      return { program: path, version, kind: 'built-in', env: { DOCKER_BUILDKIT: '1' } };
    const buildx =
      (buildxListed && path === programs[0]?.path) ||
      (await ask(ports, path, ['buildx', 'version'], QUICK_MS)).code === 0;
    if (buildx) return { program: path, version, kind: 'buildx', env: { DOCKER_BUILDKIT: '1' } };
  }
  return null;
}

function builderMissing(host: Host, docker: DockerProgram): Missing {
  const message = `images cannot be built: ${docker.path} ${docker.version} needs the buildx plugin for it`;
  return { id: 'builder', message, commands: installCommands(host.distribution, host.self, host.isRoot) };
}

async function ask(
  ports: DetectPorts,
  program: string,
  args: readonly string[],
  timeoutMs: number,
): Promise<ExecResult> {
  const result = await ports.exec.run(program, args, { timeoutMs, signal: ports.signal });
  if (result.killed === 'aborted') throw ports.signal.reason;
  return result;
}

function parseOrNull<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}

/** True for the socket on which an engine of this host listens when nobody tells it otherwise. */
function isUsualSocket(endpoint: string): boolean {
  return (
    endpoint === '' || endpoint === 'unix:///var/run/docker.sock' || endpoint === 'unix:///run/docker.sock'
  );
}

function localAgain(host: Host): string[] {
  const unset = host.ports.system.env['DOCKER_HOST'] ? ['unset DOCKER_HOST'] : [];
  return ['Start that engine, or go back to the one of this host:', ...unset, 'docker context use default'];
}

function withoutUser(endpoint: string): string {
  return endpoint.replace(/\/\/[^@/]*@/, '//');
}
