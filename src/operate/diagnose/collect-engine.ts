import type { Docker } from '../../engine/docker.ts';
import type { EngineReport } from '../../engine/engine-report.ts';
import { containerId } from '../../engine/host-id.ts';
import type { Ports } from '../../ports/ports.ts';
import { readMountSource } from '../../prove/target/mount-source.ts';
import { GATEWAY, PATHS } from '../../render/layout.ts';
import { parseConfig } from '../openclaw-config.ts';
import { isAppError } from '../../errors/app-error.ts';
import { attempt, skip } from './attempt.ts';
import type { DiagnosisTools, LiveRead } from './collect.ts';
import type { ContainerSeen, DeploymentSeen, DiagnosisTarget, MountSeen, Seen } from './observations.ts';

/** What all looks share. `docker` is null where no engine answers. */
export interface EngineLook {
  ports: Ports;
  engine: EngineReport;
  target: DiagnosisTarget;
  tools: DiagnosisTools;
  /** Milliseconds since 1970. */
  since: number;
  docker: Docker | null;
  program: string;
}

/** Settings as an audit reads them: what the engine runs, the files that it came from, and openclaw.json. */
export async function readDeployment(
  look: EngineLook,
  containers: ContainerSeen[] | undefined,
): Promise<Seen<DeploymentSeen>> {
  const { docker, target } = look;
  if (docker === null || containers === undefined) return skip('the engine does not answer');
  const own = await ownConfig(look);
  const nothing: DeploymentSeen = {
    effective: null,
    declared: null,
    config: own?.config ?? null,
    configPlace: own === null ? 'openclaw.json' : PATHS.openclawConfig,
    configProblem: own?.problem ?? null,
    problems: [],
  };
  if (!containers.some(({ inspect }) => inspect !== null)) return { value: nothing };
  // What the user named is the gateway, whatever it looks like.
  const named = containers.find(({ role }) => role === 'gateway')?.service;
  const service = target.kind === 'container' ? named : undefined;
  return attempt(async () => {
    const live = await look.tools.readLive(docker, look.program, target.name, service);
    return { ...nothing, ...asSeen(live), ...(own === null ? ofContainer(live) : {}) };
  });
}

function asSeen({
  effective,
  declared,
  problems,
}: LiveRead): Pick<DeploymentSeen, 'effective' | 'declared' | 'problems'> {
  return { effective, declared, problems: problems.map(({ message }) => message) };
}

/** Where no file of ours tells, the one in the container does. */
function ofContainer({ effective, configPath, problems }: LiveRead): Partial<DeploymentSeen> {
  const broken = problems.find(
    ({ id, message }) => /config|json/i.test(id) && message.includes('openclaw.json'),
  );
  return {
    config: effective.openclawConfig ?? null,
    configPlace: configPath ?? 'openclaw.json',
    configProblem: broken?.message ?? null,
  };
}

/** The file on this host, which is there also when nothing runs; what may not be read here is read in the container. */
async function ownConfig({
  ports,
  target,
}: EngineLook): Promise<{ config: Record<string, unknown> | null; problem: string | null } | null> {
  if (target.kind !== 'deployment') return null;
  const path = `${target.folder}/${PATHS.openclawConfig}`;
  const text = await ports.files.readUntrusted(path, 16 * 1024 ** 2).catch(() => undefined);
  if (text === undefined) return null;
  if (text === null) return { config: null, problem: 'there is no such file' };
  try {
    return { config: parseConfig(text), problem: null };
  } catch (error) {
    return {
      config: null,
      problem: isAppError(error) ? error.entry.message.replace(/\.+$/, '.') : 'it cannot be read',
    };
  }
}

const STATE = /\/\.(?:openclaw|clawdbot|moltbot)$/;

/** Owners and modes of the gateway's mounts, as the engine hands them out. Nothing runs in the container. */
export async function readMounts(
  { docker, engine, ports, program }: EngineLook,
  containers: ContainerSeen[] | undefined,
): Promise<Seen<MountSeen[]>> {
  const gateway = containers?.find(({ role, inspect }) => role === 'gateway' && inspect !== null);
  if (docker === null) return skip('the engine does not answer');
  const inspect = gateway?.inspect ?? null;
  if (inspect === null) return skip('there is no container of the gateway');
  const environment = Object.fromEntries(
    (inspect.Config.Env ?? []).map((entry) => entry.split('=', 2) as [string, string]),
  );
  const stateFolder = environment['OPENCLAW_STATE_DIR'] ?? environment['CLAWDBOT_STATE_DIR'];
  const targets = inspect.Mounts.filter(({ Type }) => Type === 'bind' || Type === 'volume').map(
    ({ Destination }) => Destination,
  );
  const paths = [...targets, ...(targets.includes(GATEWAY.configFolder) ? [GATEWAY.configFile] : [])];
  const connection = ports.engineApi.connect({ url: engine.endpoint, program });
  // With userns-remap the engine hands out the ids of its host.
  const idInside = (id: number): number => containerId(id, engine) ?? id;
  try {
    const found = await Promise.all(
      paths.map(async (target): Promise<MountSeen[]> => {
        const source = await readMountSource(connection, inspect.Id, target);
        if (source === undefined) return [];
        const isState = target === stateFolder || STATE.test(target);
        const isRead =
          target.startsWith('/run/secrets') ||
          target === GATEWAY.configFolder ||
          target === GATEWAY.configFile ||
          target === GATEWAY.healthScript;
        if (!isState && !isRead) return [];
        const { kind, mode } = source;
        return [
          {
            target,
            kind,
            uid: idInside(source.uid),
            gid: idInside(source.gid),
            mode,
            use: isState ? 'state' : 'read',
            user: userOf(inspect.Config.User),
          },
        ];
      }),
    );
    return { value: found.flat() };
  } finally {
    connection.close();
  }
}

/** Numbers of a user as the engine has it; `node` is 1000 in every image of OpenClaw. */
function userOf(user: string): MountSeen['user'] {
  const [name = '', group] = user.split(':');
  if (name === '' || name === 'root' || name === '0') return { uid: 0, gid: 0 };
  if (name === 'node') return { uid: 1000, gid: 1000 };
  if (!/^\d+$/.test(name)) return null;
  return { uid: Number(name), gid: group !== undefined && /^\d+$/.test(group) ? Number(group) : 0 };
}
