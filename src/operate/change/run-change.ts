import { changeNotCompleted, changeNotTakenBack } from '../../errors/change-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { forgiving, type Journal, openJournal } from '../journal.ts';
import { removeLeftovers } from '../leftovers.ts';
import { withRunLock } from '../run-lock.ts';
import { openSession } from '../session.ts';
import { thawLeft } from '../state/freeze.ts';
import { endLeftWork, stateVolume } from '../state/state-volume.ts';
import type { Change, ChangeContext, ChangeStep, OpenChange } from './change.ts';
import { findChange } from './changes.ts';
import { readOpenChange, removeOpenChange, writeOpenChange } from './open-change.ts';

export interface ChangeRequest {
  folder: string;
  toolVersion: string;
}

/** How a change that was interrupted was ended. */
export interface Recovered {
  name: string;
  /** When it was begun, ISO 8601. */
  since: string;
  ended: 'completed' | 'taken back';
}

/** What a change is run with; tests put their own in its place. */
export interface ChangeTools {
  open(ports: Ports, request: ChangeRequest): Promise<ChangeContext>;
  find(name: string): Promise<Change<unknown>>;
}

const REAL: ChangeTools = {
  open: async (ports, { folder, toolVersion }) => {
    const session = await openSession(ports, folder);
    const context = { ...session, ports, toolVersion };
    await thawLeft(context);
    await endLeftWork(session.docker, stateVolume(session.policy));
    return context;
  },
  find: findChange,
};

/**
 * Makes a change, whole or not at all. One that was interrupted before is ended first.
 * @param begin looks whether the change can be made, and gives what its steps have to know; changes nothing
 * @returns the memo as the last step left it
 * @throws AppError of the step that failed, after all was taken back; `change-not-taken-back`, `change-not-completed`
 */
export async function runChange<Memo>(
  ports: Ports,
  request: ChangeRequest,
  change: Change<Memo>,
  begin: (context: ChangeContext) => Promise<Memo>,
  tools: ChangeTools = REAL,
): Promise<Memo> {
  return withRunLock(ports, request.folder, `clawproof ${change.name}`, async () => {
    await recoverChange(ports, request, tools);
    const context = await tools.open(ports, request);
    await removeLeftovers(ports.files, request.folder);
    const memo = await begin(context);
    const journal = await openJournal(ports, request.folder, change.name);
    const since = ports.clock.now().toISOString();
    return goOn(context, change, { schema: 1, name: change.name, since, begun: [], memo }, journal, tools);
  });
}

/**
 * Ends the change that was interrupted in this folder: completes it, or takes it back. Call it while holding the lock.
 * @returns null when there is none
 */
export async function recoverChange(
  ports: Ports,
  request: ChangeRequest,
  tools: ChangeTools = REAL,
): Promise<Recovered | null> {
  const found = await readOpenChange(ports.files, request.folder);
  if (found === null) return null;
  const { name, since, begun } = found;
  const change = await tools.find(name);
  const context = await tools.open(ports, request);
  const isCommitted = begun.includes(change.commitAt);
  const journal = await openJournal(ports, request.folder, name, { isWayBack: !isCommitted });
  if (isCommitted) await goOn(context, change, found, journal, tools);
  else await takeBack(context, change, found, journal);
  const ended = isCommitted ? 'completed' : 'taken back';
  ports.progress.note(`"clawproof ${name}" was interrupted (begun ${since}); it was ${ended}.`);
  return { name, since, ended };
}

/** Runs the steps that are left; the last one that was begun is run again. */
async function goOn<Memo>(
  context: ChangeContext,
  change: Change<Memo>,
  state: OpenChange,
  journal: Journal,
  tools: ChangeTools,
): Promise<Memo> {
  const { ports, path: folder } = context;
  let now = state;
  try {
    for (const step of change.steps.slice(Math.max(0, state.begun.length - 1))) {
      ports.signal.throwIfAborted();
      const next = { ...now, begun: [...new Set([...now.begun, step.id])] };
      await writeOpenChange(ports.files, folder, next);
      // Only now it has begun: what is not on the disk, no recovery knows of.
      now = next;
      await journal.step(step.id);
      now = { ...now, memo: await runStep(context, step, now.memo as Memo) };
    }
  } catch (error) {
    await fail(context, change, now, forgiving(journal), { error, tools });
    throw error;
  }
  await removeOpenChange(ports.files, folder);
  await forgiving(journal).done(change.name);
  return now.memo as Memo;
}

async function runStep<Memo>(context: ChangeContext, step: ChangeStep<Memo>, memo: Memo): Promise<Memo> {
  return context.ports.progress.task(step.title, async (task) => {
    const result = await step.run(context, memo, (text) => task.result(text), task);
    return result === undefined ? memo : result;
  });
}

/** After an error: all back where that is still possible. Afterwards, the caller's error is the one to show. */
async function fail<Memo>(
  context: ChangeContext,
  change: Change<Memo>,
  state: OpenChange,
  journal: Journal,
  { error, tools }: { error: unknown; tools: ChangeTools },
): Promise<void> {
  await journal.failed(`${state.begun.at(-1) ?? change.name}: ${nameOf(error)}`);
  if (state.begun.includes(change.commitAt)) throw changeNotCompleted(change.name, error);
  // What was aborted must not abort the way back.
  const calm = { ...context.ports, signal: new AbortController().signal };
  try {
    const { path: folder, toolVersion } = context;
    await takeBack(await tools.open(calm, { folder, toolVersion }), change, state, journal);
    if (state.begun.length > 0)
      calm.progress.note(`What "clawproof ${change.name}" had begun is taken back.`);
  } catch (second) {
    throw changeNotTakenBack(change.name, error, second);
  }
}

async function takeBack<Memo>(
  context: ChangeContext,
  change: Change<Memo>,
  state: OpenChange,
  journal: Journal,
): Promise<void> {
  const { ports, path: folder } = context;
  const begun = change.steps.filter(({ id }) => state.begun.includes(id));
  for (const step of begun.toReversed()) {
    if (step.undo === undefined) continue;
    await journal.step(`undo ${step.id}`);
    await step.undo(context, state.memo as Memo);
  }
  await removeOpenChange(ports.files, folder);
  await journal.done(`${change.name} taken back`);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
