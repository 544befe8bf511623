import { duration } from '../../report/duration.ts';
import type { ProgressDependencies, ProgressView, TaskRecord } from './progress-view.ts';

const LOOK_EVERY_MS = 1000;
/** A new step is told this long after the line before at the earliest … */
const STEP_AFTER_MS = 10_000;
/** … and a task that stays in one step says that it still runs. */
const ALIVE_AFTER_MS = 60_000;

interface Told {
  task: TaskRecord;
  step: string;
  atMs: number;
}

/** Lines for logs and pipes, without control codes: a task starts, where it is now and then, how it ended. */
export function createPlainView({ terminal, clock, every }: ProgressDependencies): ProgressView {
  const running = new Map<number, Told>();
  let stop: (() => void) | undefined;

  function tell(told: Told): void {
    const now = clock.monotonicMs();
    const isNew = told.task.step !== told.step && now - told.atMs >= STEP_AFTER_MS;
    if (!isNew && now - told.atMs < ALIVE_AFTER_MS) return;
    told.step = told.task.step;
    told.atMs = now;
    const step = told.step === '' ? 'still running' : told.step;
    terminal.err(`     ${told.task.title}: ${step} (${duration(now - told.task.startedMs)})\n`);
  }

  return {
    started(task) {
      running.set(task.id, { task, step: '', atMs: task.startedMs });
      stop ??= every(LOOK_EVERY_MS, () => running.forEach(tell));
      terminal.err(`...  ${task.title}\n`);
    },
    ended(task, outcome) {
      running.delete(task.id);
      if (running.size === 0) {
        stop?.();
        stop = undefined;
      }
      const label = { done: 'ok   ', failed: 'FAIL ', stopped: 'STOP ' }[outcome];
      const result = task.result === '' ? '' : `: ${task.result}`;
      terminal.err(`${label}${task.title}${result} (${duration(clock.monotonicMs() - task.startedMs)})\n`);
    },
    note: (text) => terminal.err(`${text}\n`),
  };
}
