import { join } from 'node:path';
import { isRunning, ownProcess, type ProcessOwner } from '../engine/process-owner.ts';
import { runInProgress } from '../errors/operate-errors.ts';
import type { Clock, System } from '../ports/system.ts';
import type { Files } from '../ports/files.ts';
import { PATHS } from '../render/layout.ts';
import { contentHash } from './content-hash.ts';

/** A dead run's lock is taken away within a moment; where it takes longer than this together, something is wrong. */
const ATTEMPTS = 50;
const RETRY_MS = 20;

interface LockHolder extends ProcessOwner {
  command: string;
  since: string;
}

interface LockPorts {
  files: Files;
  system: System;
  clock: Clock;
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
  const mine = await acquire(ports, path, folder, command);
  try {
    return await work();
  } finally {
    // Whoever removed the lock by hand may have let another run in: that one's lock is not ours to take away.
    if ((await ports.files.read(path)) === mine) await ports.files.remove(path);
  }
}

/** Gives the text of the lock that was taken. */
async function acquire(ports: LockPorts, path: string, folder: string, command: string): Promise<string> {
  const holder: LockHolder = {
    ...(await ownProcess(ports.system)),
    command,
    since: ports.clock.now().toISOString(),
  };
  const mine = `${JSON.stringify(holder)}\n`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await ports.files.createExclusive(path, mine, 0o600)) return mine;
    const found = await ports.files.read(path);
    if (found === null) continue;
    const other = parseHolder(found);
    if (other !== null && (await isRunning(ports.system, other))) throw runInProgress(folder, other);
    if (!(await removeDead(ports, path, found, mine))) await ports.clock.sleep(RETRY_MS);
  }
  throw runInProgress(folder, null);
}

/**
 * Takes a dead run's lock away. Only one run at a time may: the one that holds a second lock, named after the dead one's
 * text. Without it, a run that judged slowly could remove the lock that a quicker one has taken since.
 * @returns false when another run is at it
 */
async function removeDead(
  ports: Omit<LockPorts, 'clock'>,
  path: string,
  dead: string,
  mine: string,
): Promise<boolean> {
  const { files, system } = ports;
  const claim = `${path}.${contentHash(dead)}`;
  if (!(await files.createExclusive(claim, mine, 0o600))) {
    const found = await files.read(claim);
    if (found === null) return true;
    const other = parseHolder(found);
    if (other !== null && (await isRunning(system, other))) return false;
    return removeDead(ports, claim, found, mine);
  }
  try {
    if ((await files.read(path)) === dead) await files.remove(path);
  } finally {
    await files.remove(claim);
  }
  return true;
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
