import type { System } from '../ports/system.ts';

/** A process that something belongs to, so that others can tell whether it still lives. */
export interface ProcessOwner {
  pid: number;
  /** Start time of the process as the kernel gives it: tells a reused pid from the owner. */
  started: string | null;
}

/** This process. */
export async function ownProcess(system: System): Promise<ProcessOwner> {
  return { pid: system.pid, started: await system.processStart(system.pid) };
}

export async function isRunning(system: System, { pid, started }: ProcessOwner): Promise<boolean> {
  if (!system.isAlive(pid)) return false;
  return started === null || started === (await system.processStart(pid));
}
