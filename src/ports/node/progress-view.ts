import type { Clock } from '../system.ts';
import type { NodeTerminal } from './terminal.ts';

/** One task as the views see it. */
export interface TaskRecord {
  id: number;
  title: string;
  /** What it is doing now; empty at first. */
  step: string;
  /** What it found; empty when it says nothing. */
  result: string;
  /** On the monotonic clock. */
  startedMs: number;
}

/** `stopped` = it failed because the user interrupted. */
export type TaskOutcome = 'done' | 'failed' | 'stopped';

/** How progress is shown. */
export interface ProgressView {
  started(task: TaskRecord): void;
  ended(task: TaskRecord, outcome: TaskOutcome): void;
  note(text: string): void;
}

/** Calls `action` again and again; the result stops it. */
export type Every = (milliseconds: number, action: () => void) => () => void;

export interface ProgressDependencies {
  terminal: NodeTerminal;
  clock: Pick<Clock, 'monotonicMs'>;
  every: Every;
  signal: AbortSignal;
}
