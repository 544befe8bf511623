import { isAppError } from '../../errors/app-error.ts';
import { updateNotReady } from '../../errors/update-errors.ts';
import type { TaskHandle } from '../../ports/terminal.ts';
import type { ChangeContext, ChangeStep } from '../change/change.ts';
import { startContainers, waitUntilReady } from '../up/start.ts';
import { forgetUp } from '../up/unchanged.ts';
import { QUIET_TASK, upContextOf } from './update-memo.ts';

/** Stops the gateway; the other containers stay, so that nothing else has to start again. */
export async function stopGateway(context: ChangeContext): Promise<void> {
  await forgetUp({ ports: context.ports, folder: context.path });
  await context.compose.stop(['gateway']);
}

/** The gateway stops; taken back, one that ran before runs again. */
export function stopStep<Memo extends { wasRunning: boolean }>(): ChangeStep<Memo> {
  return {
    id: 'stop',
    title: 'Gateway stops',
    run: stopGateway,
    undo: async (context, { wasRunning }) => {
      if (wasRunning) await startAgain(context);
    },
  };
}

/** Starts what the folder says now, and waits until it is ready. */
export async function startAgain(context: ChangeContext, task: TaskHandle = QUIET_TASK): Promise<void> {
  const up = await upContextOf(context);
  await startContainers(up, task);
  await waitUntilReady(up, task);
}

/** @throws AppError `update-not-ready` */
export async function startNew(context: ChangeContext, version: string, task: TaskHandle): Promise<void> {
  try {
    await startAgain(context, task);
  } catch (error) {
    context.ports.signal.throwIfAborted();
    throw updateNotReady(version, isAppError(error) ? error.entry.message : String(error));
  }
}
