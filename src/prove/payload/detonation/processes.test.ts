import { describe, expect, it } from 'vitest';
import { Watch } from './processes.ts';

const stat = (pid: number, parent: number, started: number): string =>
  `${pid} (na) me) S ${parent} ${'0 '.repeat(17)}${started} 0`;

/** Each turn: pid → parent; all were started when their pid says. */
function watched(...turns: readonly Readonly<Record<number, number>>[]): Record<number, boolean> {
  const watch = new Watch();
  turns.forEach((processes, turn) => {
    watch.begin();
    for (const [pid, parent] of Object.entries(processes))
      watch.note(Number(pid), turn * 15, stat(Number(pid), parent, Number(pid)), ['sleep', pid]);
  });
  return Object.fromEntries(watch.all.map(({ pid, orphan = false }) => [pid, orphan]));
}

describe('processes that were let go', () => {
  it('are those that lose their parent while they are watched', () => {
    expect(watched({ 1: 0, 7: 1 }, { 1: 0, 7: 1, 20: 7, 21: 20 }, { 1: 0, 7: 1, 21: 1 })).toEqual({
      1: false,
      7: false,
      20: false,
      21: true,
    });
  });

  it('are also those whose parent was gone before it could be seen', () => {
    expect(watched({ 1: 0, 7: 1 }, { 1: 0, 7: 1, 30: 1 })).toEqual({ 1: false, 7: false, 30: true });
  });

  it('are none that ran before, or that the engine started', () => {
    expect(watched({ 1: 0, 7: 1, 8: 1 }, { 1: 0, 7: 1, 8: 1, 40: 0, 41: 7 })).toEqual({
      1: false,
      7: false,
      8: false,
      40: false,
      41: false,
    });
  });
});
