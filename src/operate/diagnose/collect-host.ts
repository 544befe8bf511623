import { join } from 'node:path';
import type { DockerInfo } from '../../engine/docker-types.ts';
import type { EngineReport } from '../../engine/engine-report.ts';
import { parseVersion } from '../../openclaw/version.ts';
import type { Ports } from '../../ports/ports.ts';
import { PATHS } from '../../render/layout.ts';
import { parseJournal } from '../journal.ts';
import { attempt, skip } from './attempt.ts';
import { publishes } from './collect-deployment.ts';
import type { EngineLook } from './collect-engine.ts';
import { listeningAddresses } from './listeners.ts';
import type {
  ClockSeen,
  ContainerSeen,
  DeploymentSeen,
  DiskSeen,
  FirewallSeen,
  PortSeen,
  Seen,
} from './observations.ts';

const TOOL_MS = 10_000;
/** Clocks are read one after the other. */
const FUTURE_MS = 60_000;

/** Space where the deployment and the engine write. */
export async function readDisks({ ports, target, engine }: EngineLook): Promise<Seen<DiskSeen[]>> {
  return attempt(async () => {
    const disks: DiskSeen[] = [];
    if (target.kind === 'deployment')
      disks.push({
        path: target.folder,
        what: 'folder of the deployment',
        freeBytes: await ports.files.freeBytes(target.folder),
      });
    const { rootDir, rootDirFree } = engine.engine ?? {};
    if (rootDir !== undefined && typeof rootDirFree === 'number')
      disks.push({
        path: rootDir,
        what: 'data of the engine, with the state of OpenClaw',
        freeBytes: rootDirFree,
      });
    return disks;
  });
}

/** This host's clock, compared with everything else that has one. */
export async function readClock(
  { ports, docker, target }: EngineLook,
  containers: ContainerSeen[] | undefined,
  deployment: DeploymentSeen | undefined,
): Promise<Seen<ClockSeen>> {
  if (docker === null) return skip('the engine does not answer');
  return attempt(async () => {
    const before = ports.clock.now().getTime();
    const { SystemTime } = (await docker.info()) as DockerInfo & { SystemTime?: string };
    const after = ports.clock.now().getTime();
    const times = [...timesOf(containers ?? []), ...(await lastEntry(ports, target))];
    const version = deployment?.effective?.openclawVersion ?? '';
    const parsed = parseVersion(version);
    return {
      engineAheadMs: aheadOf(Date.parse(SystemTime ?? ''), before, after),
      future: times.filter(({ at }) => at > after + FUTURE_MS),
      publishedAt: parsed === null ? null : Date.UTC(parsed.year, parsed.month - 1, 1),
      version,
    };
  });
}

/** How far a time is outside those between which it was asked for; null when it was not told. */
function aheadOf(time: number, before: number, after: number): number | null {
  if (Number.isNaN(time)) return null;
  if (time > after) return time - after;
  return time < before ? time - before : 0;
}

function timesOf(containers: readonly ContainerSeen[]): ClockSeen['future'] {
  return containers.flatMap(({ name, inspect }) =>
    inspect === null
      ? []
      : [
          { what: `docker inspect ${name}: Created`, at: Date.parse(inspect.Created) },
          { what: `docker inspect ${name}: StartedAt`, at: Date.parse(inspect.State.StartedAt) },
        ],
  );
}

async function lastEntry({ files }: Ports, target: EngineLook['target']): Promise<ClockSeen['future']> {
  if (target.kind !== 'deployment') return [];
  const text = (await files.read(join(target.folder, PATHS.toolFolder, 'journal.jsonl'))) ?? '';
  const last = parseJournal(text).at(-1);
  return last === undefined ? [] : [{ what: '.clawproof/journal.jsonl, last line', at: Date.parse(last.at) }];
}

/** Whether somebody else has the port of a deployment that does not publish it now. */
export async function readPort(
  { ports, target }: EngineLook,
  containers: ContainerSeen[] | undefined,
): Promise<Seen<PortSeen>> {
  if (target.kind !== 'deployment') return { absent: 'its port is in its settings' };
  if (containers === undefined) return skip('the engine does not answer, so nobody knows whose port it is');
  const { port } = target;
  if (publishes(containers, port)) return { value: { port, takenBy: null } };
  const { inUse, reason } = await ports.system.portInUse('127.0.0.1', port);
  return {
    value: {
      port,
      takenBy: inUse
        ? (reason ?? 'something listens there, and it is no container of this deployment')
        : null,
    },
  };
}

/** The host's firewall, as far as files and iptables tell. */
export async function readFirewall(
  { ports, engine }: EngineLook,
  containers: ContainerSeen[] | undefined,
): Promise<Seen<FirewallSeen>> {
  if (engine.kind === 'desktop' || engine.kind === 'remote')
    return { absent: 'the engine does not run on this host' };
  if (containers === undefined) return skip('the engine does not answer');
  const published = new Set(
    containers.flatMap(({ inspect }) =>
      Object.values(inspect?.HostConfig.PortBindings ?? {}).flatMap((bindings) =>
        (bindings ?? [])
          .filter(({ HostIp }) => HostIp !== '127.0.0.1' && HostIp !== '::1')
          .map(({ HostPort }) => Number(HostPort)),
      ),
    ),
  );
  const [active, dockerUser, listening] = await Promise.all([
    activeFirewalls(ports),
    published.size === 0 ? [] : dockerUserRules(ports),
    published.size === 0 ? [] : listeningAddresses(ports.files, published),
  ]);
  return { value: { active, dockerUser, listening } };
}

async function activeFirewalls({ files }: Ports): Promise<string[]> {
  const ufw = await files.read('/etc/ufw/ufw.conf').catch(() => null);
  const firewalld = await files.stat('/run/firewalld.pid').catch(() => null);
  return [
    ...(ufw !== null && /^\s*ENABLED\s*=\s*["']?yes/im.test(ufw)
      ? ['ufw is on (/etc/ufw/ufw.conf: ENABLED=yes)']
      : []),
    ...(firewalld === null ? [] : ['firewalld is on (/run/firewalld.pid)']),
  ];
}

/** Rules of the one chain that counts for published ports; none where they cannot be read. */
async function dockerUserRules({ exec, signal }: Ports): Promise<string[]> {
  const { code, stdout } = await exec.run('iptables', ['-w', '5', '-S', 'DOCKER-USER'], {
    timeoutMs: TOOL_MS,
    signal,
  });
  if (code !== 0) return [];
  return stdout.split('\n').filter((line) => /-j (?:DROP|REJECT)/.test(line));
}

/** What the engine hands on to its containers. */
export async function readNameServers({ files }: Ports, { kind }: EngineReport): Promise<Seen<string[]>> {
  if (kind === 'desktop' || kind === 'remote') return { absent: 'the engine does not run on this host' };
  return attempt(async () => {
    const text = (await files.read('/etc/resolv.conf')) ?? '';
    return text.split('\n').flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? []);
  });
}
