import type { Sample } from './cgroup-sample.ts';

/** What the gateway used while it was watched. */
export interface Figures {
  layout: Sample['layout'];
  samples: number;
  seconds: number;
  memory: {
    /** Most that could not be taken away, bytes; seen once a second, so a shorter peak is not in it. */
    needed: number;
    /** Most that was in use since the container started, as the kernel kept it; null = this kernel keeps none. */
    peakSinceStart: number | null;
    limit: number | null;
    kills: number;
  };
  cpu: {
    /** Processors, on average and in the busiest second. */
    mean: number;
    peak: number;
    limit: number | null;
    /** Share of the periods with work in which the limit cut it off, 0 to 1, while it was watched. */
    throttled: number;
  };
  pids: { peak: number; sinceStart: boolean; limit: number | null; refused: number };
  openFiles: { peak: number; limit: number | null };
}

/** Null when there are too few samples to say anything. */
export function figuresOf(samples: readonly Sample[]): Figures | null {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < 2) return null;
  const pidsPeak = last.pidsPeak;
  return {
    layout: last.layout,
    samples: samples.length,
    seconds: last.seconds - first.seconds,
    memory: {
      needed: most(samples, ({ memoryNeeded }) => memoryNeeded),
      peakSinceStart: last.memoryPeak,
      limit: last.memoryLimit,
      kills: last.outOfMemoryKills,
    },
    cpu: cpuFigures(samples, first, last),
    pids: {
      peak: pidsPeak ?? most(samples, ({ pids }) => pids),
      sinceStart: pidsPeak !== null,
      limit: last.pidsLimit,
      refused: last.pidsRefused,
    },
    openFiles: { peak: most(samples, ({ openFiles }) => openFiles), limit: last.openFilesLimit },
  };
}

function cpuFigures(samples: readonly Sample[], first: Sample, last: Sample): Figures['cpu'] {
  const rates = samples.slice(1).map((sample, index) => rate(samples[index] ?? sample, sample));
  const periods = last.cpuPeriods - first.cpuPeriods;
  return {
    mean: rate(first, last),
    peak: Math.max(0, ...rates),
    limit: last.cpuLimit,
    throttled: periods > 0 ? (last.cpuThrottled - first.cpuThrottled) / periods : 0,
  };
}

/** Processors in use between two samples. */
function rate(from: Sample, to: Sample): number {
  const seconds = to.seconds - from.seconds;
  return seconds > 0 ? Math.max(0, to.cpuSeconds - from.cpuSeconds) / seconds : 0;
}

function most(samples: readonly Sample[], of: (sample: Sample) => number): number {
  return samples.reduce((highest, sample) => Math.max(highest, of(sample)), 0);
}
