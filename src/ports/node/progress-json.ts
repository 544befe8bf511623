import type { ProgressDependencies, ProgressView, TaskRecord } from './progress-view.ts';

/** Steps that come faster are left out; the last one before a pause always comes. */
const STEP_EVERY_MS = 1000;

/** One JSON object per line on stderr; `task` is the same number in all events of one task. */
type ProgressEvent =
  | { event: 'task-start'; task: number; title: string }
  | { event: 'task-step'; task: number; step: string; elapsedMs: number }
  | {
      event: 'task-end';
      task: number;
      title: string;
      outcome: 'done' | 'failed' | 'stopped';
      result?: string;
      elapsedMs: number;
    }
  | { event: 'note'; text: string };

export function createJsonView({ terminal, clock, every }: ProgressDependencies): ProgressView {
  const running = new Map<number, { task: TaskRecord; step: string }>();
  let stop: (() => void) | undefined;
  const emit = (event: ProgressEvent): void => terminal.err(`${JSON.stringify(event)}\n`);
  const elapsed = (task: TaskRecord): number => Math.round(clock.monotonicMs() - task.startedMs);

  function emitNewSteps(): void {
    for (const told of running.values()) {
      if (told.task.step === told.step) continue;
      told.step = told.task.step;
      emit({ event: 'task-step', task: told.task.id, step: told.step, elapsedMs: elapsed(told.task) });
    }
  }

  return {
    started(task) {
      running.set(task.id, { task, step: '' });
      stop ??= every(STEP_EVERY_MS, emitNewSteps);
      emit({ event: 'task-start', task: task.id, title: task.title });
    },
    ended(task, outcome) {
      running.delete(task.id);
      if (running.size === 0) {
        stop?.();
        stop = undefined;
      }
      const result = task.result === '' ? {} : { result: task.result };
      emit({
        event: 'task-end',
        task: task.id,
        title: task.title,
        outcome,
        ...result,
        elapsedMs: elapsed(task),
      });
    },
    note: (text) => emit({ event: 'note', text }),
  };
}
