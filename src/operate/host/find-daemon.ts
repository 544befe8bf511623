import type { Ports } from '../../ports/ports.ts';
import { daemonNotHere } from '../../errors/host-errors.ts';

/** The dockerd that answers. */
export interface RunningDaemon {
  pid: number;
  /** The program's file. */
  program: string;
  /** What it was started with, without the program's own name. */
  args: string[];
  configFile: string;
  dataRoot: string;
  pidFile: string;
  /** True when systemd runs it, and starts it again. */
  isSystemd: boolean;
}

const CALL_MS = 10_000;

/**
 * The process of this host that is the engine, by the folder that it keeps its data in. Anybody may call a process dockerd,
 * an agent in a container too, and its program is run here: only one of root or of this user counts, outside of every
 * container, from a file that nobody else writes.
 * @param rootDir as the engine tells it; with userns-remap a folder below --data-root
 * @throws AppError `daemon-not-here` where there is none: a remote engine, Docker Desktop, another user's
 */
export async function findDaemon(ports: Ports, rootDir: string): Promise<RunningDaemon> {
  for (const pid of await ports.files.list('/proc')) {
    if (!/^\d+$/.test(pid) || !(await isTrusted(ports, pid))) continue;
    const program = await trustedProgram(ports, pid);
    if (program === null) continue;
    const args = (await procText(ports, pid, 'cmdline')).split('\0').slice(1, -1);
    const found = daemonOf(Number(pid), program, args, await defaultsOf(ports, pid));
    const isOurs = rootDir === found.dataRoot || rootDir.startsWith(`${found.dataRoot}/`);
    if (!isOurs || !found.configFile.startsWith('/')) continue;
    return { ...found, isSystemd: await isMainOfUnit(ports, found.pid) };
  }
  throw daemonNotHere(rootDir);
}

type Defaults = Pick<RunningDaemon, 'configFile' | 'dataRoot' | 'pidFile'>;

const DEFAULTS: Defaults = {
  configFile: '/etc/docker/daemon.json',
  dataRoot: '/var/lib/docker',
  pidFile: '/var/run/docker.pid',
};

/** Where a dockerd without such flags has them: a rootless one in its user's home, by the variables that dockerd looks at. */
async function defaultsOf(ports: Ports, pid: string): Promise<Defaults> {
  const environment = new Map(
    (await procText(ports, pid, 'environ')).split('\0').map((entry): [string, string] => {
      const [name = '', ...value] = entry.split('=');
      return [name, value.join('=')];
    }),
  );
  const home = environment.get('HOME');
  if (!environment.get('ROOTLESSKIT_STATE_DIR') || !home?.startsWith('/')) return DEFAULTS;
  return {
    configFile: `${environment.get('XDG_CONFIG_HOME') || `${home}/.config`}/docker/daemon.json`,
    dataRoot: `${environment.get('XDG_DATA_HOME') || `${home}/.local/share`}/docker`,
    pidFile: `${environment.get('XDG_RUNTIME_DIR') ?? '/nowhere'}/docker.pid`,
  };
}

function daemonOf(
  pid: number,
  program: string,
  args: string[],
  defaults: Defaults,
): Omit<RunningDaemon, 'isSystemd'> {
  return {
    pid,
    program,
    args,
    configFile: flagValue(args, 'config-file') ?? defaults.configFile,
    dataRoot: flagValue(args, 'data-root') ?? defaults.dataRoot,
    pidFile: flagValue(args, 'pidfile') ?? defaults.pidFile,
  };
}

/** Named dockerd, of root or of this user by all four of its ids, and with one process id only: containers have two. */
async function isTrusted(ports: Ports, pid: string): Promise<boolean> {
  const status = await procText(ports, pid, 'status');
  const line = (name: string): string[] =>
    new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)?.[1]?.trim().split(/\s+/) ?? [];
  const [ids, own] = [line('Uid'), String(ports.system.uid)];
  return (
    line('Name')[0] === 'dockerd' &&
    ids.length === 4 &&
    (ids.every((id) => id === '0') || ids.every((id) => id === own)) &&
    line('NSpid').length === 1
  );
}

/** The file of a process's program, when it is root's or this user's and nobody else may write it. */
async function trustedProgram({ files, system }: Ports, pid: string): Promise<string | null> {
  const path = await files.realPath(`/proc/${pid}/exe`).catch(() => null);
  const stat = path === null ? null : await files.stat(path);
  if (stat?.kind !== 'file' || (stat.uid !== 0 && stat.uid !== system.uid)) return null;
  return (stat.mode & 0o022) === 0 ? path : null;
}

async function procText({ files }: Ports, pid: string, name: string): Promise<string> {
  return (await files.read(`/proc/${pid}/${name}`).catch(() => null)) ?? '';
}

/** Names of the flags on a command line of dockerd: "icc" of "--icc=false". */
export function flagNames(args: readonly string[]): string[] {
  return args.flatMap((argument) => /^--([a-z0-9-]+)/.exec(argument)?.[1] ?? []);
}

/** Value of "--name value" or "--name=value". */
export function flagValue(args: readonly string[], name: string): string | undefined {
  const at = args.findIndex((argument) => argument === `--${name}` || argument.startsWith(`--${name}=`));
  const found = args[at];
  if (found === undefined) return undefined;
  return found.includes('=') ? found.slice(found.indexOf('=') + 1) : args[at + 1];
}

async function isMainOfUnit(ports: Ports, pid: number): Promise<boolean> {
  if ((await ports.files.stat('/run/systemd/system'))?.kind !== 'directory') return false;
  const args = ['show', 'docker.service', '--property', 'MainPID', '--value'];
  const result = await ports.exec.run('systemctl', args, { timeoutMs: CALL_MS });
  return result.code === 0 && Number(result.stdout.trim()) === pid;
}
