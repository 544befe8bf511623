import { isRunning, ownProcess } from '../../engine/process-owner.ts';
import type { System } from '../../ports/system.ts';

/** A proof takes minutes: what another host's run made so long ago is nobody's any more. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/** Who runs a proof, as a label's text: `<host>:<pid>:<start>`. */
export async function ownerLabel(system: System): Promise<string> {
  const { pid, started } = await ownProcess(system);
  return `${system.hostName}:${pid}:${started ?? ''}`;
}

/**
 * True when the process that made something is gone. Processes of other hosts (of a remote engine's other users, of other
 * containers) cannot be asked for: theirs counts as left behind after a day.
 * @param made when it was made; undefined when the engine does not say
 */
export async function isLeftBehind(
  system: System,
  owner: string,
  made: Date | undefined,
  now: Date,
): Promise<boolean> {
  const [, host, pid, started] = /^([^:]*):(\d+):(.*)$/.exec(owner) ?? [];
  if (host === system.hostName)
    return !(await isRunning(system, { pid: Number(pid), started: started || null }));
  return made !== undefined && now.getTime() - made.getTime() > ABANDONED_MS;
}
