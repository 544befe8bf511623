import { createDocker } from '../../engine/docker.ts';
import type { Lock } from '../../engine/lock-file.ts';
import { isAppError } from '../../errors/app-error.ts';
import type { TaskHandle } from '../../ports/terminal.ts';
import { shutDoor } from '../up/start.ts';
import type { Check, UpContext } from '../up/types.ts';
import { forgetDoor, hasDoor, isDoorProved, rememberDoor } from './door-record.ts';
import { requireNarrow } from './narrow.ts';
import { attackShut, isBad, openAndLook } from './prove-doors.ts';

/**
 * Part of `up`: makes the attempts that `expose` makes at the ways in that clawproof.yaml has, opens them when none gets
 * through, and shuts them again when one does that needs them open. Empty where there is none, or where these settings were attacked before.
 */
export async function doorAtUp(context: UpContext, lock: Lock): Promise<Check[]> {
  const { ports, policy } = context;
  if (!hasDoor(policy)) await forgetDoor(context);
  if (await isDoorProved(context)) return [];
  return ports.progress.task('Attempts at the door', async (task) => {
    const all = await openAndAttack(context, lock, task);
    // What clawproof.yaml asks for: no allowlist and no second lock are no attempts that failed.
    const checks = all.filter(({ state }) => state !== 'skipped');
    if (checks.some(isBad)) {
      task.result('shut');
      return [...checks, SHUT];
    }
    await rememberDoor(context);
    task.result(`${checks.length} hold`);
    return checks;
  });
}

const SHUT: Check = {
  id: 'door-open',
  title: 'What clawproof.yaml opens for other machines is open',
  state: 'fail',
  detail: 'it is shut, and only this host reaches the gateway; change section access, then run: clawproof up',
};

/** Whatever ends it but success leaves the door shut. */
async function openAndAttack(context: UpContext, lock: Lock, task: TaskHandle): Promise<Check[]> {
  const { policy, folder: path } = context;
  let isHeld = false;
  try {
    if (policy.access.https !== null && lock.cageSubnet !== null)
      requireNarrow(policy.access.https, lock.cageSubnet);
    const onLine = (line: string): void => task.step(line.trim());
    const shut = await attackShut({ ...context, path }, policy, lock, onLine);
    if (shut.some(isBad)) return shut;
    const checks = [...shut, ...(await openAndLook({ ...context, path }, policy, lock, onLine))];
    isHeld = !checks.some(isBad);
    return checks;
  } catch (error) {
    context.ports.signal.throwIfAborted();
    if (!isAppError(error)) throw error;
    return [
      {
        id: error.id,
        title: 'What is open for other machines could be attacked',
        state: 'error',
        detail: error.entry.message,
      },
    ];
  } finally {
    if (!isHeld) await shutDoor(calm(context));
  }
}

/** What was interrupted must still be able to shut the door. */
function calm(context: UpContext): UpContext {
  const { ports, engine } = context;
  if (!ports.signal.aborted) return context;
  const docker = createDocker({ ...ports, signal: new AbortController().signal }, engine.docker?.path);
  return { ...context, docker };
}
