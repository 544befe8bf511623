import { describe, expect, test } from 'vitest';
import type { TaskHandle } from '../terminal.ts';
import { progressBench, type ProgressBench } from './testing/progress-bench.ts';

/** A task that ends when the test says so. */
function openTask(
  bench: ProgressBench,
  title: string,
): { task: TaskHandle; end: (error?: Error) => Promise<void> } {
  let handle: TaskHandle | undefined;
  let settle: (error?: Error) => void = () => {};
  const running = bench.progress.task(title, (task) => {
    handle = task;
    return new Promise<void>((resolve, reject) => {
      settle = (error) => (error === undefined ? resolve() : reject(error));
    });
  });
  if (handle === undefined) throw new Error('the task did not start at once');
  return {
    task: handle,
    async end(error) {
      settle(error);
      await running.catch(() => {});
    },
  };
}

describe('live progress', () => {
  const live = (columns?: number): ProgressBench =>
    progressBench({ json: false, quiet: false }, { NO_COLOR: '1' }, columns);

  test('shows running tasks with time and step, and keeps finished ones above them', async () => {
    const bench = live();
    const first = openTask(bench, 'Building the gateway image');
    const second = openTask(bench, 'Building egress');
    first.task.step('5/9 RUN npm ci');
    bench.pass(12_300);
    expect(bench.screen.text).toBe(
      '⠸ Building the gateway image 12 s › 5/9 RUN npm ci\n⠸ Building egress 12 s',
    );
    second.task.result('from cache');
    await second.end();
    bench.progress.note('Debian 13');
    expect(bench.screen.text).toBe(
      '✔ Building egress (from cache, 12 s)\nDebian 13\n⠸ Building the gateway image 12 s › 5/9 RUN npm ci',
    );
    bench.pass(60_000);
    await first.end();
    expect(bench.screen.text).toBe(
      '✔ Building egress (from cache, 12 s)\nDebian 13\n✔ Building the gateway image (1 min 12 s)',
    );
  });

  test('hides the cursor only while something runs, also when it fails or is interrupted', async () => {
    const bench = live();
    const failing = openTask(bench, 'Starting');
    expect(bench.screen.cursorVisible).toBe(false);
    await failing.end(new Error('no'));
    expect(bench.screen.cursorVisible).toBe(true);
    const stopped = openTask(bench, 'Waiting');
    bench.abort();
    await stopped.end(new Error('aborted'));
    expect(bench.screen.cursorVisible).toBe(true);
    expect(bench.screen.text).toBe('✖ Starting\n■ Waiting (stopped)');
  });

  test('gives the cursor back when the program ends in the middle of a task', () => {
    const bench = live();
    openTask(bench, 'Starting');
    bench.terminal.region.release();
    expect(bench.screen.cursorVisible).toBe(true);
    bench.pass(1000);
  });

  test('keeps each task on one row of a narrow terminal', () => {
    const bench = live(40);
    const { task } = openTask(bench, 'Building the gateway image');
    task.step('/very/long/path/'.repeat(20));
    bench.pass(1000);
    expect(bench.screen.text.split('\n')).toHaveLength(1);
    bench.screen.columns = 12;
    bench.pass(100);
    expect(bench.screen.text.split('\n').at(-1)).toMatch(/^. Buil… 1 s$/u);
  });

  test('leaves nothing behind when the terminal gets narrower', async () => {
    const bench = live(80);
    const { task, end } = openTask(bench, 'Building the gateway image');
    task.step('copying a file with a rather long name into it');
    bench.pass(1000);
    bench.screen.resize(30);
    bench.pass(1000);
    await end();
    expect(bench.screen.text).toBe('✔ Building the gateway image (\n2.0 s)');
  });

  test('prints results and messages above the running tasks', async () => {
    const bench = live();
    const { end } = openTask(bench, 'Starting');
    bench.terminal.out('a result\n');
    bench.terminal.err('no line end');
    expect(bench.screen.text).toBe('a result\nno line end\n⠋ Starting 0 s');
    await end();
    expect(bench.screen.text).toBe('a result\nno line end\n✔ Starting');
  });

  test('shows no escape codes of other programs', () => {
    const bench = live();
    const { task } = openTask(bench, 'Building');
    task.step('\u001B[2J\u001B[31mred\u001B[0m\tand\rmore');
    bench.pass(100);
    expect(bench.screen.text).toBe('⠙ Building 0 s › red and more');
  });

  test('is one write per frame', () => {
    const bench = live();
    openTask(bench, 'Building');
    const before = bench.screen.writes.length;
    bench.pass(1000);
    expect(bench.screen.writes.length - before).toBe(10);
  });

  test('uses ASCII in a locale without Unicode', async () => {
    const bench = progressBench({ json: false, quiet: false }, { LANG: 'C', NO_COLOR: '1' });
    const { task, end } = openTask(bench, 'Building');
    task.step('one');
    bench.pass(100);
    expect(bench.screen.text).toBe('\\ Building 0 s > one');
    await end();
    expect(bench.screen.text).toBe('+ Building');
  });
});

describe('plain progress', () => {
  test('tells start, end, a new step after ten seconds and a sign of life after a minute', async () => {
    const bench = progressBench({ json: false, quiet: false }, { TERM: 'dumb' });
    const { task, end } = openTask(bench, 'Building the gateway image');
    task.step('1/9');
    bench.pass(5000);
    task.step('2/9');
    bench.pass(6000);
    task.step('3/9');
    bench.pass(75_000);
    task.result('1 image');
    await end();
    const failing = openTask(bench, 'Starting');
    await failing.end(new Error('no'));
    expect(bench.screen.writes.join('')).toBe(
      [
        '...  Building the gateway image',
        '     Building the gateway image: 2/9 (10 s)',
        '     Building the gateway image: 3/9 (20 s)',
        '     Building the gateway image: 3/9 (1 min 20 s)',
        'ok   Building the gateway image: 1 image (1 min 26 s)',
        '...  Starting',
        'FAIL Starting (0.0 s)',
        '',
      ].join('\n'),
    );
  });

  test('is what CI gets', () => {
    const bench = progressBench({ json: false, quiet: false }, { CI: 'true' });
    openTask(bench, 'Building');
    expect(bench.screen.writes).toEqual(['...  Building\n']);
  });
});

describe('quiet progress', () => {
  test('writes nothing and passes values and errors through', async () => {
    const bench = progressBench({ json: false, quiet: true });
    await expect(bench.progress.task('a', () => Promise.resolve(7))).resolves.toBe(7);
    await expect(bench.progress.task('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    bench.progress.note('a');
    expect(bench.screen.writes).toEqual([]);
  });
});

describe('JSON progress', () => {
  test('writes one event per line and no more than one step a second', async () => {
    const bench = progressBench({ json: true, quiet: false });
    const { task, end } = openTask(bench, 'Building');
    for (let step = 1; step <= 25; step += 1) {
      task.step(`step ${step}`);
      bench.pass(100);
    }
    task.result('1 image');
    await end();
    bench.progress.note('done');
    expect(bench.screen.writes.map((line) => JSON.parse(line) as unknown)).toEqual([
      { event: 'task-start', task: 1, title: 'Building' },
      { event: 'task-step', task: 1, step: 'step 10', elapsedMs: 1000 },
      { event: 'task-step', task: 1, step: 'step 20', elapsedMs: 2000 },
      { event: 'task-end', task: 1, title: 'Building', outcome: 'done', result: '1 image', elapsedMs: 2500 },
      { event: 'note', text: 'done' },
    ]);
  });
});
