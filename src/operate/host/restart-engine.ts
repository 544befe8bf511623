import type { Docker } from '../../engine/docker.ts';
import { explainDaemonLog } from '../../engine/install/daemon-log.ts';
import { engineDidNotComeBack } from '../../errors/host-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { RunningDaemon } from './find-daemon.ts';

/** dockerd gives its containers 15 s to end, all at once, and takes some itself. */
const STOP_MS = 60_000;
const ANSWER_MS = 60_000;
const POLL_MS = 250;
const SYSTEMD_MS = 150_000;
/** dockerd calls iptables and modprobe, which a user's PATH may leave out. */
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Where a dockerd that clawproof starts writes. */
function logFile(daemon: RunningDaemon): string {
  return daemon.dataRoot === '/var/lib/docker' ? '/var/log/dockerd.log' : `${daemon.dataRoot}.log`;
}

/**
 * Ends the engine where it runs, starts it as it was started, and waits until it answers.
 * @throws AppError `engine-did-not-come-back` with the reason from its log
 */
export async function restartEngine(ports: Ports, docker: Docker, daemon: RunningDaemon): Promise<void> {
  if (daemon.isSystemd) return restartUnit(ports, docker);
  await stop(ports, daemon);
  const log = logFile(daemon);
  const before = ((await ports.files.read(log).catch(() => null)) ?? '').length;
  const path = [ports.system.env['PATH'], SYSTEM_PATH].filter(Boolean).join(':');
  const pid = await ports.exec.detach(daemon.program, daemon.args, { logFile: log, env: { PATH: path } });
  const readLog = async (): Promise<string> =>
    ((await ports.files.read(log).catch(() => null)) ?? '').slice(before);
  await waitForAnswer(ports, docker, () => ports.system.isAlive(pid), readLog, `tail -n 40 ${log}`);
}

/** Has the engine read the part of its settings again that it takes without a restart: runtimes are among it. */
export async function reloadEngine(ports: Ports, docker: Docker, daemon: RunningDaemon): Promise<void> {
  const noted = Number(
    ((await ports.files.read(daemon.pidFile).catch(() => null)) ?? '').trim() || daemon.pid,
  );
  await ports.exec.run('kill', ['-HUP', String(noted)], { timeoutMs: 5000 });
  // It answers all the while, and says nothing when it is done.
  await ports.clock.sleep(1500);
  await docker.version();
}

async function restartUnit(ports: Ports, docker: Docker): Promise<void> {
  // After a failed start systemd would not try again at once.
  await ports.exec.run('systemctl', ['reset-failed', 'docker.service'], { timeoutMs: 10_000 });
  const restart = await ports.exec.run('systemctl', ['restart', 'docker.service'], { timeoutMs: SYSTEMD_MS });
  const journal = ['-u', 'docker.service', '-n', '80', '--no-pager', '-o', 'cat'];
  const readLog = async (): Promise<string> =>
    (await ports.exec.run('journalctl', journal, { timeoutMs: 10_000 })).stdout;
  await waitForAnswer(ports, docker, () => restart.code === 0, readLog, 'journalctl -u docker.service');
}

/** The process that the pid file names, or the one that was found: a restart before may have made another one. */
async function stop(ports: Ports, daemon: RunningDaemon): Promise<void> {
  const noted = Number(
    ((await ports.files.read(daemon.pidFile).catch(() => null)) ?? '').trim() || Number.NaN,
  );
  for (const pid of new Set([noted, daemon.pid])) {
    if (!Number.isInteger(pid) || !(await isDockerd(ports, pid))) continue;
    await ports.exec.run('kill', ['-TERM', String(pid)], { timeoutMs: 5000 });
    const end = ports.clock.monotonicMs() + STOP_MS;
    while (await isDockerd(ports, pid)) {
      if (ports.clock.monotonicMs() > end)
        throw engineDidNotComeBack('the running engine did not end within a minute', `ps -p ${pid}`);
      await ports.clock.sleep(POLL_MS);
    }
  }
  await ports.files.remove(daemon.pidFile);
}

async function isDockerd(ports: Ports, pid: number): Promise<boolean> {
  const name = await ports.files.read(`/proc/${pid}/comm`).catch(() => null);
  return name?.trim() === 'dockerd' && ports.system.isAlive(pid);
}

async function waitForAnswer(
  ports: Ports,
  docker: Docker,
  isAlive: () => boolean,
  readLog: () => Promise<string>,
  show: string,
): Promise<void> {
  const end = ports.clock.monotonicMs() + ANSWER_MS;
  for (;;) {
    const version = await docker.version().catch(() => null);
    if (version?.Server) return;
    const late = ports.clock.monotonicMs() >= end;
    if (late || !isAlive()) {
      const { reason } = explainDaemonLog(await readLog());
      throw engineDidNotComeBack(late ? `no answer within a minute; ${reason}` : reason, show);
    }
    await ports.clock.sleep(POLL_MS);
  }
}
