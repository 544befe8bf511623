import type { Ports } from '../../ports/ports.ts';
import { engineNotStarted, showLogCommand } from '../../errors/install-errors.ts';
import { findSystemProgram } from '../docker-programs.ts';
import { explainDaemonLog } from './daemon-log.ts';

export type StartPorts = Pick<Ports, 'exec' | 'files' | 'system' | 'clock' | 'signal'>;

/** How the engine came to run. */
export interface Started {
  by: 'systemd' | 'init' | 'clawproof';
  /** Where dockerd writes, when clawproof started it. */
  logFile?: string;
}

const LOG_FILE = '/var/log/dockerd.log';
const PID_FILE = '/var/run/docker.pid';
/** Of the containerd that dockerd starts for itself. */
const CONTAINERD_PID_FILE = '/var/run/docker/containerd/containerd.pid';
const SYSTEMD_MS = 120_000;
const ANSWER_MS = 60_000;
const POLL_MS = 500;
const CALL_MS = 10_000;
const JOURNAL = ['-u', 'docker.service', '-n', '80', '--no-pager', '-o', 'cat'];
/** dockerd calls iptables and modprobe, which a user's PATH may leave out. */
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Starts the engine of this host, which does not answer yet, and waits until it does.
 * @throws AppError `engine-not-started` with the reason in one line
 */
export async function startEngine(ports: StartPorts, onStep: (text: string) => void): Promise<Started> {
  if ((await ports.files.stat('/run/systemd/system'))?.kind === 'directory') {
    const unit = await ports.exec.run('systemctl', ['cat', 'docker.service'], {
      timeoutMs: CALL_MS,
      signal: ports.signal,
    });
    if (unit.code === 0) return startWithSystemd(ports, onStep);
  }
  await mountCgroups(ports, onStep);
  const running = await pidOfRunning(ports);
  if (running !== null) {
    onStep('waiting for the engine to answer');
    await waitForAnswer(ports, running, async () => (await ports.files.read(LOG_FILE)) ?? '');
    return { by: 'init' };
  }
  return startDetached(ports, onStep);
}

async function startWithSystemd(ports: StartPorts, onStep: (text: string) => void): Promise<Started> {
  onStep('starting the engine with systemd');
  const readLog = async (): Promise<string> =>
    (await ports.exec.run('journalctl', JOURNAL, { timeoutMs: CALL_MS })).stdout;
  const result = await ports.exec.run('systemctl', ['enable', '--now', 'docker.service'], {
    timeoutMs: SYSTEMD_MS,
    signal: ports.signal,
  });
  if (result.killed === 'aborted') throw ports.signal.reason;
  if (result.code !== 0) {
    const masked = /masked/.test(result.stderr);
    const problem = masked
      ? {
          reason: 'its systemd unit is masked',
          next: ['Unmask it:', '  systemctl unmask docker.service docker.socket'],
        }
      : explainDaemonLog(await readLog());
    throw engineNotStarted(problem.reason, problem.next, `journalctl ${JOURNAL.join(' ')}`);
  }
  await waitForAnswer(ports, null, readLog);
  return { by: 'systemd' };
}

async function startDetached(ports: StartPorts, onStep: (text: string) => void): Promise<Started> {
  const program = await findSystemProgram(ports, 'dockerd');
  if (program === null)
    throw engineNotStarted(
      'the program dockerd is not there',
      ['Install it:', '  apt-get install docker.io'],
      showLogCommand(LOG_FILE),
    );
  onStep('starting the engine without systemd');
  const before = (await readLogTail(ports)).length;
  const path = [ports.system.env['PATH'], SYSTEM_PATH].filter(Boolean).join(':');
  const pid = await ports.exec.detach(program, [], { logFile: LOG_FILE, env: { PATH: path } });
  await waitForAnswer(ports, pid, async () => (await readLogTail(ports)).slice(before));
  return { by: 'clawproof', logFile: LOG_FILE };
}

/** Polls until the engine answers; gives up when its process is gone or the time is over. */
async function waitForAnswer(
  ports: StartPorts,
  pid: number | null,
  readLog: () => Promise<string>,
): Promise<void> {
  const end = ports.clock.monotonicMs() + ANSWER_MS;
  for (;;) {
    const alive = pid === null || ports.system.isAlive(pid);
    const result = await ports.exec.run('docker', ['version', '--format', '{{.Server.Version}}'], {
      timeoutMs: CALL_MS,
      signal: ports.signal,
    });
    if (result.killed === 'aborted') throw ports.signal.reason;
    if (result.code === 0) return;
    const late = ports.clock.monotonicMs() >= end;
    if (!alive || late) {
      const { reason, next } = explainDaemonLog(await readLog());
      const command = pid === null ? `journalctl ${JOURNAL.join(' ')}` : showLogCommand(LOG_FILE);
      throw engineNotStarted(
        alive ? `no answer within ${ANSWER_MS / 1000} s; ${reason}` : reason,
        next,
        command,
      );
    }
    await ports.clock.sleep(POLL_MS, ports.signal);
  }
}

/** An init script or an earlier run may have started one that is not ready yet. */
async function pidOfRunning(ports: StartPorts): Promise<number | null> {
  const running = await ownerOf(ports, PID_FILE, 'dockerd');
  if (running !== null) return running;
  // Left over from a host or container that was cut off: dockerd refuses to start when the number is in use again.
  await ports.files.remove(PID_FILE);
  if ((await ownerOf(ports, CONTAINERD_PID_FILE, 'containerd')) === null)
    await ports.files.remove(CONTAINERD_PID_FILE);
  return null;
}

/** The process that a pid file names, when it is alive and of that name. */
async function ownerOf(ports: StartPorts, pidFile: string, name: string): Promise<number | null> {
  const pid = Number((await ports.files.read(pidFile).catch(() => null))?.trim() || Number.NaN);
  if (!Number.isInteger(pid) || !ports.system.isAlive(pid)) return null;
  const found = await ports.files.read(`/proc/${pid}/comm`).catch(() => null);
  return found?.trim() === name ? pid : null;
}

/** Where nothing has mounted the control groups yet (no systemd), the unified hierarchy is the simplest one. */
async function mountCgroups(ports: StartPorts, onStep: (text: string) => void): Promise<void> {
  if ((await ports.files.list('/sys/fs/cgroup')).length > 0) return;
  onStep('mounting the control groups');
  // When this fails, dockerd says so better than mount does.
  await ports.exec.run('mount', ['-t', 'cgroup2', 'cgroup2', '/sys/fs/cgroup'], { timeoutMs: CALL_MS });
}

async function readLogTail(ports: StartPorts): Promise<string> {
  const bytes = await ports.files.readBytes(LOG_FILE).catch(() => null);
  return bytes === null ? '' : new TextDecoder().decode(bytes);
}
