import { expect, test } from 'vitest';
import type { Sample } from './cgroup-sample.ts';
import { figuresOf } from './figures.ts';

function sample(change: Partial<Sample>): Sample {
  return {
    layout: 'v2', seconds: 1, memoryUsed: 10, memoryNeeded: 8, memoryPeak: null, memoryLimit: 100, outOfMemoryKills: 0,
    cpuSeconds: 0, cpuLimit: 2, cpuPeriods: 0, cpuThrottled: 0, pids: 5, pidsPeak: null, pidsLimit: 20, pidsRefused: 0,
    openFiles: 3, openFilesLimit: 50, ...change,
  }; // prettier-ignore
}

test('peaks, rates and shares of the samples', () => {
  const figures = figuresOf([
    sample({ seconds: 10, cpuSeconds: 4, cpuPeriods: 100, cpuThrottled: 50 }),
    sample({
      seconds: 11,
      cpuSeconds: 5.5,
      memoryNeeded: 30,
      pids: 9,
      openFiles: 12,
      cpuPeriods: 110,
      cpuThrottled: 50,
    }),
    sample({ seconds: 14, cpuSeconds: 6, memoryNeeded: 20, cpuPeriods: 120, cpuThrottled: 55 }),
  ]);
  expect(figures).toMatchObject({
    seconds: 4,
    memory: { needed: 30, peakSinceStart: null },
    cpu: { mean: 0.5, peak: 1.5, throttled: 0.25 },
    pids: { peak: 9, sinceStart: false },
    openFiles: { peak: 12 },
  });
});

test('a restart in between makes no negative rate; one sample says nothing', () => {
  const figures = figuresOf([
    sample({ seconds: 10, cpuSeconds: 90 }),
    sample({ seconds: 11, cpuSeconds: 1 }),
  ]);
  expect(figures?.cpu).toMatchObject({ mean: 0, peak: 0 });
  expect(figuresOf([sample({})])).toBeNull();
});
