import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism, homedir, hostname, tmpdir } from 'node:os';
import { errorCode } from '../../errors/file-errors.ts';
import type { System } from '../system.ts';

/** The part of Node's `process` that the ports need; main.ts passes the real one. */
export interface ProcessLike {
  platform: string;
  arch: string;
  pid: number;
  execPath?: string;
  argv?: readonly string[];
  versions?: { v8?: string };
  env: Readonly<Record<string, string | undefined>>;
  cwd(): string;
  geteuid?: () => number;
  getegid?: () => number;
  /** Sends a signal; 0 only asks whether the process is there, a negative id means a process group. */
  kill(pid: number, signal: string | number): boolean;
}

/** The host, as seen by this process. */
export function createNodeSystem(host: ProcessLike): System {
  return {
    platform:
      host.platform === 'linux' || host.platform === 'darwin' || host.platform === 'win32'
        ? host.platform
        : 'other',
    arch: host.arch,
    uid: host.geteuid?.() ?? null,
    gid: host.getegid?.() ?? null,
    homeDir: homedir(),
    tempDir: tmpdir(),
    hostName: hostname(),
    get processors() {
      return availableParallelism();
    },
    pid: host.pid,
    program: [host.execPath ?? 'node', ...(host.argv ?? []).slice(1, 2)],
    cwd: host.cwd(),
    env: host.env,
    optimiseLess: () => optimiseLess(host),
    isAlive: (pid) => isAlive(host, pid),
    processStart,
    portInUse,
  };
}

/** Bytes of bytecode that a function runs before V8 thinks of optimising it; 132 KiB otherwise. */
const BUDGET = '--interrupt-budget=500000';

/** V8 complains about flags that it does not know: only the version of Node 20 was tried. */
async function optimiseLess({ versions }: ProcessLike): Promise<void> {
  if (versions?.v8?.startsWith('11.') !== true) return;
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString(BUDGET);
}

function isAlive(host: ProcessLike, pid: number): boolean {
  // Zero and negative ids address process groups.
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    host.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
  return !isZombie(pid);
}

/** A zombie still takes signals, but runs nothing any more. */
function isZombie(pid: number): boolean {
  try {
    return statFields(readFileSync(`/proc/${pid}/stat`, 'utf8'))[0] === 'Z';
  } catch {
    return false;
  }
}

/** Boot and start tick together: ticks alone repeat after a reboot. */
async function processStart(pid: number): Promise<string | null> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    ]);
    const startTick = statFields(stat)[19];
    return startTick === undefined ? null : `${boot.trim()}:${startTick}`;
  } catch {
    return null;
  }
}

/** Fields of /proc/PID/stat from the state on; the name before them may hold spaces and brackets. */
function statFields(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

async function portInUse(host: string, port: number): Promise<{ inUse: boolean; reason?: string }> {
  const { createServer } = await import('node:net');
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => {
      resolve(errorCode(error) === 'EADDRINUSE' ? { inUse: true } : { inUse: true, reason: error.message });
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve({ inUse: false })));
  });
}
