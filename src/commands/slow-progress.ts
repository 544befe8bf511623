import type { Ports } from '../ports/ports.ts';

/** What takes longer than this is shown as it goes on. */
const SLOW_MS = 1000;

/**
 * Runs work that is mostly done before anybody would look for its progress, and shows a task when it is not.
 * @param work calls `step` again and again with what it is doing
 */
export async function withProgressWhenSlow<T>(
  { clock, progress }: Pick<Ports, 'clock' | 'progress'>,
  title: string,
  work: (step: (text: string) => void) => Promise<T>,
): Promise<T> {
  const began = clock.monotonicMs();
  let count = 0;
  let show: ((text: string) => void) | undefined;
  let shown: Promise<unknown> | undefined;
  let end: () => void = () => {};
  const step = (text: string): void => {
    count += 1;
    if (shown === undefined && clock.monotonicMs() - began > SLOW_MS) {
      const ended = new Promise<void>((resolve) => (end = resolve));
      shown = progress.task(title, async (task) => {
        show = (current) => task.step(current);
        await ended;
        task.result(`${count} done`);
      });
    }
    show?.(`${count}: ${text}`);
  };
  try {
    return await work(step);
  } finally {
    end();
    await shown;
  }
}
