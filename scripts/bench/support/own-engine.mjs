import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { capture } from '../../support/run.mjs';
import { must } from './bench.mjs';

/** Keeps the namespaces; in them, loopback is up. */
const HOLD = 'ip link set lo up; echo $$ > "$1/holder.pid"; while [ ! -e "$1/end" ]; do sleep 1; done';

/**
 * A dockerd of its own in a network and a mount namespace of its own, which may be killed: the host's one is not concerned.
 * Needs root.
 * @returns {Promise<{folder, inside, begin, docker, kill, start, remove}>} `inside(program, args)` runs a program where the
 *   engine is and gives code, stdout and stderr; `begin` starts one and gives the child process; `kill` is SIGKILL to
 *   dockerd alone, `start` starts it again on the same data
 */
export async function ownEngine() {
  const folder = await mkdtemp(join(tmpdir(), 'clawproof-bench-engine-'));
  await chmod(folder, 0o711);
  for (const name of ['data', 'exec']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'daemon.json'), '{}\n');
  const hold = ['--net', '--mount', '--propagation', 'private', 'sh', '-c', HOLD, 'sh', folder];
  const holder = spawn('unshare', hold, { stdio: 'ignore' });
  await until('the namespaces are there', 10, () => existsSync(join(folder, 'holder.pid')));
  const pid = (name) => Number(readFileSync(join(folder, name), 'utf8').trim());
  const namespaces = `/proc/${pid('holder.pid')}/ns`;
  const enter = [`--net=${namespaces}/net`, `--mount=${namespaces}/mnt`];
  const words = (program, args) => [
    ...enter,
    'env',
    `DOCKER_HOST=unix://${folder}/docker.sock`,
    program,
    ...args,
  ];
  const engine = {
    folder,
    inside: (program, args) => capture('nsenter', words(program, args)),
    begin: (program, args, options) => spawn('nsenter', words(program, args), options),
    docker: (...args) => must('nsenter', words('docker', args)),
    async start() {
      // Its containerd died with it. Where nobody has waited for that yet, the new engine takes it for one that lives.
      for (const name of ['docker.pid', 'exec/containerd/containerd.pid'])
        await rm(join(folder, name), { force: true });
      startDaemon(folder, enter);
      await until(
        'the engine answers',
        90,
        async () => (await engine.inside('docker', ['version'])).code === 0,
      );
    },
    async kill() {
      const victim = pid('docker.pid');
      process.kill(victim, 'SIGKILL');
      await until('the engine is dead', 20, () => !isAlive(victim));
    },
    async remove() {
      const ids = (await engine.inside('docker', ['ps', '--all', '--quiet'])).stdout
        .split(/\s+/)
        .filter(Boolean);
      if (ids.length > 0) await engine.inside('docker', ['rm', '--force', '--volumes', ...ids]);
      const daemon = existsSync(join(folder, 'docker.pid')) ? pid('docker.pid') : 0;
      if (isAlive(daemon)) process.kill(daemon, 'SIGTERM');
      await until('the engine ends', 90, () => !isAlive(daemon));
      await writeFile(join(folder, 'end'), '');
      await new Promise((resolve) => (holder.exitCode === null ? holder.once('close', resolve) : resolve()));
      await rm(folder, { recursive: true, force: true });
    },
  };
  await engine.start();
  return engine;
}

function startDaemon(folder, enter) {
  const log = openSync(join(folder, 'dockerd.log'), 'a');
  const paths = [
    '--data-root',
    `${folder}/data`,
    '--exec-root',
    `${folder}/exec`,
    '--pidfile',
    `${folder}/docker.pid`,
  ];
  const args = ['--config-file', `${folder}/daemon.json`, '--host', `unix://${folder}/docker.sock`, ...paths];
  const stdio = ['ignore', log, log];
  spawn('nsenter', [...enter, 'dockerd', ...args, '--ip6tables=false'], { stdio, detached: true }).unref();
}

/** Waits until `isTrue` gives true. */
export async function until(what, seconds, isTrue) {
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(100))
    if (await isTrue()) return;
  throw new Error(`${what}: not within ${seconds} s`);
}

/** A zombie that nobody has waited for is dead. */
function isAlive(pid) {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
