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
 * The process of this host that is the engine, by the folder that it keeps its data in.
 * @param rootDir as the engine tells it; with userns-remap a folder below --data-root
 * @throws AppError `daemon-not-here` where there is none: a remote engine, Docker Desktop, another user's
 */
export async function findDaemon(ports: Ports, rootDir: string): Promise<RunningDaemon> {
  const { files } = ports;
  for (const name of await files.list('/proc')) {
    if (!/^\d+$/.test(name) || (await procText(ports, name, 'comm')).trim() !== 'dockerd') continue;
    const [argument0 = 'dockerd', ...args] = (await procText(ports, name, 'cmdline'))
      .split('\0')
      .slice(0, -1);
    const dataRoot = flagValue(args, 'data-root') ?? '/var/lib/docker';
    if (rootDir !== dataRoot && !rootDir.startsWith(`${dataRoot}/`)) continue;
    return daemonOf(ports, Number(name), argument0, args);
  }
  throw daemonNotHere(rootDir);
}

async function daemonOf(
  ports: Ports,
  pid: number,
  argument0: string,
  args: string[],
): Promise<RunningDaemon> {
  return {
    pid,
    program: (await ports.files.realPath(`/proc/${pid}/exe`).catch(() => null)) ?? argument0,
    args,
    configFile: flagValue(args, 'config-file') ?? '/etc/docker/daemon.json',
    dataRoot: flagValue(args, 'data-root') ?? '/var/lib/docker',
    pidFile: flagValue(args, 'pidfile') ?? '/var/run/docker.pid',
    isSystemd: await isMainOfUnit(ports, pid),
  };
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
