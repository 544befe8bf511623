import { readFileSync } from 'node:fs';

/** What the kernel enforces on the control group that this process is in. Undefined = it has no such limit or no such file. */
export interface CgroupState {
  version: 1 | 2;
  memoryBytes?: number;
  /** False when there is no file that tells the limit. */
  countsMemory: boolean;
  /** Memory and swap together. */
  memoryAndSwapBytes?: number;
  /** False when the kernel counts no swap, so that nothing is known of it. */
  countsSwap: boolean;
  /** Processes that were ended because the group's memory was used up. */
  oomKills?: number;
  pids?: number;
  pidsNow?: number;
  /** How often a process was refused. */
  pidsRefused?: number;
  /** Processors' worth of time. */
  cpus?: number;
  /** Periods in which the quota was looked at, and those in which it was used up. */
  cpuPeriods?: number;
  cpuThrottled?: number;
}

/** Text of a file of the group, "" when there is none. */
export type GroupFile = (controller: string, name: string) => string;

/** Memory limits from here on are the kernel's way to say that there is none. */
const NO_LIMIT = 2 ** 60;

export function cgroupState(): CgroupState {
  const own = read('/proc/self/cgroup');
  return isUnified(own) ? unifiedState(groupFiles(own)) : legacyState(groupFiles(own));
}

/** Version 2 alone: the only line has no controllers. */
function isUnified(own: string): boolean {
  return own
    .trim()
    .split('\n')
    .every((line) => line.startsWith('0::'));
}

/** The group's files are at the root of its mount, or below it when the host's view of the groups is shared. */
function groupFiles(own: string): GroupFile {
  return (controller, name) => {
    const path = ownPath(own, controller);
    const folders =
      controller === ''
        ? ['']
        : [controller, ...ALIASES.filter((each) => each.split(',').includes(controller))];
    const places = folders.flatMap((folder) => [
      `/sys/fs/cgroup/${folder}${path}/${name}`,
      `/sys/fs/cgroup/${folder}/${name}`,
    ]);
    return places.map(read).find((text) => text !== '') ?? '';
  };
}

const ALIASES = ['cpu,cpuacct', 'cpuacct,cpu'];

function ownPath(own: string, controller: string): string {
  for (const line of own.trim().split('\n')) {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers.split(',').includes(controller) && !path.includes('..')) return path === '/' ? '' : path;
  }
  return '';
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Version 1: a hierarchy for each controller. */
export function legacyState(file: GroupFile): CgroupState {
  const quota = number(file('cpu', 'cpu.cfs_quota_us'));
  const memory = file('memory', 'memory.limit_in_bytes');
  const withSwap = file('memory', 'memory.memsw.limit_in_bytes');
  return withoutUndefined<CgroupState>({
    version: 1,
    memoryBytes: bytes(memory),
    countsMemory: memory !== '',
    memoryAndSwapBytes: bytes(withSwap),
    countsSwap: withSwap !== '',
    oomKills: field(file('memory', 'memory.oom_control'), 'oom_kill'),
    ...pidsState(file),
    cpus:
      quota === undefined || quota <= 0
        ? undefined
        : quota / (number(file('cpu', 'cpu.cfs_period_us')) ?? 100_000),
    ...cpuCounts(file('cpu', 'cpu.stat')),
  });
}

/** Version 2: one hierarchy, "max" for no limit, and swap counted apart from memory. */
export function unifiedState(file: GroupFile): CgroupState {
  const memoryText = file('', 'memory.max');
  const memory = bytes(memoryText);
  const swapText = file('', 'memory.swap.max');
  const swap = bytes(swapText);
  const [quota, period] = file('', 'cpu.max').trim().split(' ');
  const cpus = Number(quota) / Number(period);
  return withoutUndefined<CgroupState>({
    version: 2,
    memoryBytes: memory,
    countsMemory: memoryText !== '',
    memoryAndSwapBytes: memory === undefined || swap === undefined ? undefined : memory + swap,
    countsSwap: swapText !== '',
    oomKills: field(file('', 'memory.events'), 'oom_kill'),
    ...pidsState((_, name) => file('', name)),
    cpus: Number.isFinite(cpus) && cpus > 0 ? cpus : undefined,
    ...cpuCounts(file('', 'cpu.stat')),
  });
}

function pidsState(file: GroupFile): Pick<CgroupStateParts, 'pids' | 'pidsNow' | 'pidsRefused'> {
  return {
    pids: number(file('pids', 'pids.max')),
    pidsNow: number(file('pids', 'pids.current')),
    pidsRefused: field(file('pids', 'pids.events'), 'max'),
  };
}

function cpuCounts(stat: string): Pick<CgroupStateParts, 'cpuPeriods' | 'cpuThrottled'> {
  return { cpuPeriods: field(stat, 'nr_periods'), cpuThrottled: field(stat, 'nr_throttled') };
}

type CgroupStateParts = { [Key in keyof CgroupState]: CgroupState[Key] | undefined };

/** Undefined for "max" and for nothing. */
function number(text: string): number | undefined {
  const trimmed = text.trim();
  return /^-?\d+$/.test(trimmed) ? Number(trimmed) : undefined;
}

function bytes(text: string): number | undefined {
  const value = number(text);
  return value === undefined || value >= NO_LIMIT ? undefined : value;
}

/** Value behind a name in a file of "name value" lines. */
function field(text: string, name: string): number | undefined {
  for (const line of text.split('\n')) {
    const [key, value] = line.split(' ');
    if (key === name && value !== undefined) return number(value);
  }
  return undefined;
}

function withoutUndefined<T extends object>(values: { [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
