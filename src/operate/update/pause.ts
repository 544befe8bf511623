import { callDocker } from '../../engine/docker-call.ts';
import type { ChangeContext } from '../change/change.ts';
import { containerName } from '../up/start.ts';

const QUICK_MS = 60_000;

/**
 * Stops all processes of the gateway in their tracks while `work` runs, so that what it has on disk is of one moment: SQLite
 * takes that for a loss of power, which it is made for. Connections stay open.
 */
export async function whilePaused(context: ChangeContext, work: () => Promise<void>): Promise<void> {
  const container = await context.docker.inspectContainer(containerName(context, 'gateway'));
  if (container === null || !container.State.Running) return work();
  await call(context, 'pause');
  try {
    await work();
  } finally {
    // After an interruption the step's undo does it: here every call would end at once.
    if (!context.ports.signal.aborted) await resume(context);
  }
}

/** Lets the gateway go on; nothing happens when it is not paused. */
export async function resume(context: ChangeContext): Promise<void> {
  const container = await context.docker.inspectContainer(containerName(context, 'gateway'));
  if (container?.State.Paused === true) await call(context, 'unpause');
}

async function call(context: ChangeContext, verb: 'pause' | 'unpause'): Promise<void> {
  const name = containerName(context, 'gateway');
  await callDocker(context.ports, context.engine.docker?.path ?? 'docker', [verb, name], {
    action: `${verb} ${name}`,
    timeoutMs: QUICK_MS,
    accept: ({ stderr }) => /is (?:already|not) paused/i.test(stderr),
  });
}
