import { join } from 'node:path';
import { runInProgress } from '../errors/operate-errors.ts';
import type { Clock, Random, System } from '../ports/system.ts';
import type { Files } from '../ports/files.ts';
import { PATHS } from '../render/layout.ts';

interface LockHolder {
  pid: number;
  /** Start time of the process as the kernel gives it: tells a reused pid from the run that took the lock. */
  started: string | null;
  command: string;
  since: string;
}

interface LockPorts {
  files: Files;
  system: System;
  clock: Clock;
  random: Random;
}

/**
 * Runs `work` while no other clawproof command changes the same folder.
 * @throws AppError `run-in-progress` naming the pid of the run that holds the folder.
 */
export async function withRunLock<T>(
  ports: LockPorts,
  folder: string,
  command: string,
  work: () => Promise<T>,
): Promise<T> {
  const path = join(folder, PATHS.toolFolder, 'run.lock');
  await acquire(ports, path, folder, command);
  try {
    return await work();
  } finally {
    await ports.files.remove(path);
  }
}

async function acquire(ports: LockPorts, path: string, folder: string, command: string): Promise<void> {
  const mine: LockHolder = {
    pid: ports.system.pid,
    started: await ports.system.processStart(ports.system.pid),
    command,
    since: ports.clock.now().toISOString(),
  };
  const text = `${JSON.stringify(mine)}\n`;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (await ports.files.createExclusive(path, text, 0o600)) return;
    const found = await ports.files.read(path);
    if (found === null) continue;
    const holder = parseHolder(found);
    if (holder !== null && (await isRunning(ports.system, holder))) throw runInProgress(folder, holder);
    await setAside(ports, path, found);
  }
  throw runInProgress(folder, null);
}

/** Takes a dead run's lock away; one that another run made in the meantime is put back. */
async function setAside(ports: LockPorts, path: string, judged: string): Promise<void> {
  const aside = `${path}.${ports.random.hex(4)}`;
  try {
    await ports.files.rename(path, aside);
  } catch {
    return;
  }
  const taken = await ports.files.read(aside);
  if (taken !== null && taken !== judged) await ports.files.createExclusive(path, taken, 0o600);
  await ports.files.remove(aside);
}

async function isRunning(system: System, holder: LockHolder): Promise<boolean> {
  if (!system.isAlive(holder.pid)) return false;
  return holder.started === null || holder.started === (await system.processStart(holder.pid));
}

function parseHolder(text: string): LockHolder | null {
  try {
    const value = JSON.parse(text) as Partial<LockHolder>;
    if (typeof value.pid !== 'number') return null;
    return {
      pid: value.pid,
      started: value.started ?? null,
      command: value.command ?? 'clawproof',
      since: value.since ?? '',
    };
  } catch {
    return null;
  }
}
