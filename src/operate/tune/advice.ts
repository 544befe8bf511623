import { formatBytes, MIB, parseBytes } from '../../policy/bytes.ts';
import type { Policy } from '../../policy/policy.ts';
import { LIMITS } from '../../policy/settings.ts';
import { defaultHeapMiB } from '../../policy/resolve.ts';
import type { Figures } from './figures.ts';

/** What is suggested for one key of clawproof.yaml. */
export interface Advice {
  key: 'resources.memory' | 'resources.heap' | 'resources.cpus' | 'resources.pids' | 'resources.openFiles';
  /** As one would write it. */
  current: string;
  /** Null = leave it. */
  suggested: string | number | null;
  reason: string;
}

export interface TuneAdvice {
  advice: Advice[];
  /** What would end or cripple the gateway with the limits as they are. */
  warnings: string[];
}

export interface AdviceInput {
  figures: Figures;
  resources: Policy['resources'];
  /** The user named a heap; otherwise it follows the memory. */
  heapIsNamed: boolean;
  /** Processors and bytes that the host has. */
  host: { cpus: number; memory: number };
  /** True when the user's own use was watched for long enough: only then is it known what is too much. */
  ownUse: boolean;
  /** The engine remembers that the container was ended for want of memory. */
  outOfMemory: boolean;
}

/** What must be free above what was needed; new limits get more than that, so that they are not too small again at once. */
const MEMORY_MARGIN = 1.25;
const MEMORY_GOAL = 1.5;
/** The same above the kernel's peak, which holds more than was needed: files that are kept while there is room. */
const PEAK_GOAL = 1.1;
const MEMORY_STEP = 256 * MIB;
/** Above this share of its limit, the kernel's own peak is the limit's: files that it keeps fill whatever there is. */
const PEAK_IS_LIMIT = 0.98;
const PIDS_MARGIN = 2;
const PIDS_GOAL = 4;
const PIDS_STEP = 64;
const FILES_MARGIN = 4;
const FILES_GOAL = 8;
const FILES_STEP = 1024;
/** Up to this share of throttled periods is the ordinary unevenness of a start or a garbage collection. */
const THROTTLED_SHARE = 0.1;
/** A limit is lowered only when it is this many times what would be suggested. */
const TOO_MUCH = 2;

/** Suggests limits for what was measured. Pure. */
export function adviseLimits(input: AdviceInput): TuneAdvice {
  const memory = memoryAdvice(input);
  return {
    advice: [
      memory.advice,
      heapAdvice(input, memory.bytes),
      cpuAdvice(input),
      pidsAdvice(input),
      filesAdvice(input),
    ],
    warnings: warningsOf(input),
  };
}

/** The kernel's peak in bytes; 0 where it says nothing. */
function usablePeak({ peakSinceStart, limit }: Figures['memory']): number {
  if (peakSinceStart === null || (limit !== null && peakSinceStart >= limit * PEAK_IS_LIMIT)) return 0;
  return peakSinceStart;
}

function memoryAdvice(input: AdviceInput): { advice: Advice; bytes: number } {
  const { figures, resources, host, ownUse } = input;
  const { needed } = figures.memory;
  const peak = usablePeak(figures.memory);
  const killed = figures.memory.kills > 0 || input.outOfMemory;
  const floor = parseBytes(LIMITS.memory.minimum) ?? 0;
  const goal = Math.max(
    floor,
    roundUp(Math.max(needed * MEMORY_GOAL, peak * PEAK_GOAL), MEMORY_STEP),
    killed ? roundUp(resources.memory * MEMORY_GOAL, MEMORY_STEP) : 0,
  );
  const saw = `${mib(needed)} needed at most${peak > needed ? `, ${mib(peak)} in use at the peak since the start` : ''}`;
  const advice = (suggested: number | null, reason: string): { advice: Advice; bytes: number } => ({
    advice: {
      key: 'resources.memory',
      current: formatBytes(resources.memory),
      suggested: suggested === null ? null : formatBytes(suggested),
      reason,
    },
    bytes: suggested ?? resources.memory,
  });
  if (killed || resources.memory < Math.max(needed * MEMORY_MARGIN, peak)) {
    const why = killed ? 'processes were ended for want of memory' : saw;
    const note = goal > host.memory * 0.8 ? `; this host has ${mib(host.memory)} in all` : '';
    return advice(goal, `${why}${note}`);
  }
  if (ownUse && resources.memory >= goal * TOO_MUCH) return advice(goal, `${saw} in your own use`);
  return advice(null, saw);
}

/** The heap is paired with the memory as the policy does it. */
function heapAdvice({ resources, heapIsNamed }: AdviceInput, memory: number): Advice {
  const paired = defaultHeapMiB(memory);
  const reserve = (parseBytes(LIMITS.heap.reserve) ?? 0) / MIB;
  const fits = resources.heapMiB <= paired && resources.heapMiB <= memory / MIB - reserve;
  const base = { key: 'resources.heap', current: `${resources.heapMiB}m` } as const;
  if (!heapIsNamed)
    return {
      ...base,
      suggested: null,
      reason: `follows the memory: 75 % of ${formatBytes(memory)} is ${paired}m`,
    };
  if (fits) return { ...base, suggested: null, reason: `at most 75 % of ${formatBytes(memory)}` };
  return {
    ...base,
    suggested: `${paired}m`,
    reason: `75 % of ${formatBytes(memory)}: Node needs the rest beside its heap`,
  };
}

/** Never lowered: what is not used costs nothing, and each start needs it. */
function cpuAdvice({ figures, resources, host }: AdviceInput): Advice {
  const { peak, mean, throttled } = figures.cpu;
  const base = { key: 'resources.cpus', current: String(resources.cpus) } as const;
  const saw = `${number(mean)} on average, ${number(peak)} in the busiest second, ${percent(throttled)} of the time cut off`;
  if (throttled > THROTTLED_SHARE) {
    const goal = Math.min(host.cpus, Math.max(resources.cpus + 0.5, roundUp(peak * 1.5, 0.5)));
    if (goal > resources.cpus) return { ...base, suggested: goal, reason: saw };
    return { ...base, suggested: null, reason: `${saw}; this host has no more than ${host.cpus}` };
  }
  return { ...base, suggested: null, reason: saw };
}

function pidsAdvice({ figures, resources, ownUse }: AdviceInput): Advice {
  const { peak, refused, sinceStart } = figures.pids;
  const base = { key: 'resources.pids', current: String(resources.pids) } as const;
  const saw = `at most ${peak} ${sinceStart ? 'since the start' : 'while it was watched'}`;
  const goal = Math.max(
    LIMITS.pids.minimum,
    roundUp(Math.max(peak * PIDS_GOAL, refused > 0 ? resources.pids * 2 : 0), PIDS_STEP),
  );
  if (refused > 0)
    return { ...base, suggested: goal, reason: `${refused} times a process or thread was refused` };
  if (resources.pids < peak * PIDS_MARGIN)
    return { ...base, suggested: goal, reason: `${saw}; programs that the agent runs come on top` };
  if (ownUse && resources.pids >= goal * TOO_MUCH)
    return { ...base, suggested: goal, reason: `${saw} in your own use` };
  return { ...base, suggested: null, reason: saw };
}

function filesAdvice({ figures, resources }: AdviceInput): Advice {
  const { peak } = figures.openFiles;
  const base = { key: 'resources.openFiles', current: String(resources.openFiles) } as const;
  const saw = `at most ${peak} in one process`;
  if (resources.openFiles >= peak * FILES_MARGIN) return { ...base, suggested: null, reason: saw };
  return { ...base, suggested: roundUp(peak * FILES_GOAL, FILES_STEP), reason: saw };
}

function warningsOf({ figures, resources, outOfMemory }: AdviceInput): string[] {
  const { memory, cpu, pids, openFiles } = figures;
  const limit = memory.limit ?? resources.memory;
  const warnings: (string | false)[] = [
    memory.limit === null &&
      'The engine does not hold the gateway to any memory limit: a leak can take the whole host.',
    memory.kills > 0 &&
      `Processes of the gateway's container were ended ${memory.kills} times since it started, because its memory was used up.`,
    outOfMemory && 'The engine remembers that this container was ended because its memory was used up.',
    memory.kills === 0 &&
      memory.needed > limit * 0.9 &&
      `The gateway needs ${mib(memory.needed)} of ${mib(limit)}: a little more, and it is ended.`,
    cpu.throttled > 0.5 &&
      `In ${percent(cpu.throttled)} of the time the processor limit cut the gateway off: health checks may time out.`,
    pids.limit === null &&
      'The engine does not hold the gateway to any limit of processes: a fork bomb reaches the host.',
    pids.refused > 0 &&
      `The limit of ${resources.pids} processes and threads refused ${pids.refused} of them: Node ends when it cannot start a thread.`,
    openFiles.limit !== null &&
      openFiles.peak > openFiles.limit * 0.8 &&
      `One process has ${openFiles.peak} of at most ${openFiles.limit} files open: the next connections fail.`,
  ];
  return warnings.filter((warning) => warning !== false);
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

export function mib(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function number(value: number): string {
  return value.toFixed(2);
}
