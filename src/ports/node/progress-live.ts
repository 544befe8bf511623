import { duration } from '../../report/duration.ts';
import { createStyle, type Style } from '../../report/style.ts';
import { textWidth, truncate } from '../../report/width.ts';
import type { ProgressDependencies, ProgressView, TaskOutcome, TaskRecord } from './progress-view.ts';
import type { NodeTerminal } from './terminal.ts';

const FRAME_MS = 100;
/** Shorter tasks do not show how long they took. */
const WORTH_TELLING_MS = 1000;

interface Signs {
  spinner: readonly string[];
  outcome: Record<TaskOutcome, string>;
  arrow: string;
}

const UNICODE: Signs = {
  spinner: [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'],
  outcome: { done: '✔', failed: '✖', stopped: '■' },
  arrow: '›',
};
const ASCII: Signs = {
  spinner: ['-', '\\', '|', '/'],
  outcome: { done: '+', failed: 'x', stopped: '#' },
  arrow: '>',
};

/**
 * A live list: running tasks with spinner, elapsed time and current step; finished ones stay above it. Steps are shown
 * with the next frame: a build may report hundreds in a second.
 */
export function createLiveView({ terminal, clock, every }: ProgressDependencies): ProgressView {
  const style = createStyle(terminal.errorColour);
  const signs = terminal.unicode ? UNICODE : ASCII;
  const running = new Map<number, TaskRecord>();
  let frame = 0;
  let stop: (() => void) | undefined;

  function draw(): void {
    const spinner = style.cyan(signs.spinner[frame % signs.spinner.length] ?? '');
    const now = clock.monotonicMs();
    const lines = [...running.values()].map((task) =>
      runningLine(task, now, { spinner, signs, style, columns: terminal.columns }),
    );
    terminal.region.draw(lines);
  }

  function tick(): void {
    frame += 1;
    draw();
  }

  return {
    started(task) {
      running.set(task.id, task);
      stop ??= every(FRAME_MS, tick);
      draw();
    },
    ended(task, outcome) {
      running.delete(task.id);
      draw();
      terminal.err(`${endedLine(task, outcome, clock.monotonicMs(), signs, style)}\n`);
      if (running.size > 0) return;
      stop?.();
      stop = undefined;
    },
    note: (text) => terminal.err(`${text}\n`),
  };
}

interface LineContext {
  spinner: string;
  signs: Signs;
  style: Style;
  columns: NodeTerminal['columns'];
}

/** One terminal row, never more: the step gives way, then the title. */
function runningLine(task: TaskRecord, now: number, { spinner, signs, style, columns }: LineContext): string {
  const elapsed = ` ${Math.floor((now - task.startedMs) / 1000)} s`;
  // The last column stays free: writing into it makes some terminals wrap.
  const title = truncate(task.title, columns - 3 - textWidth(elapsed));
  const used = 2 + textWidth(title) + textWidth(elapsed);
  const room = columns - 1 - used - 3;
  const step = task.step === '' || room < 10 ? '' : ` ${signs.arrow} ${truncate(task.step, room)}`;
  return `${spinner} ${title}${style.dim(elapsed + step)}`;
}

function endedLine(task: TaskRecord, outcome: TaskOutcome, now: number, signs: Signs, style: Style): string {
  const paint = { done: style.green, failed: style.red, stopped: style.yellow }[outcome];
  const took = now - task.startedMs;
  const details = [
    outcome === 'stopped' ? 'stopped' : task.result,
    took >= WORTH_TELLING_MS ? duration(took) : '',
  ];
  const tail = details.filter((text) => text !== '').join(', ');
  return `${paint(signs.outcome[outcome])} ${task.title}${tail === '' ? '' : style.dim(` (${tail})`)}`;
}
