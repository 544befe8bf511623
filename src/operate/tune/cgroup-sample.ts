/** What the kernel counts for the gateway's container at one moment. Null = this kernel does not tell, or no limit is set. */
export interface Sample {
  layout: 'v1' | 'v2';
  /** Of a clock that never goes back. */
  seconds: number;
  /** Bytes, the files that the kernel keeps for later among them. */
  memoryUsed: number;
  /** Bytes that cannot be taken away: `memoryUsed` without what the kernel gives back when it is short. */
  memoryNeeded: number;
  /** The most that `memoryUsed` has been since the container started. */
  memoryPeak: number | null;
  memoryLimit: number | null;
  /** Processes that were ended because there was no more memory. */
  outOfMemoryKills: number;
  /** Processor time since the start. */
  cpuSeconds: number;
  /** Processors that may be used. */
  cpuLimit: number | null;
  /** Periods of the processor limit that had work, and those in which it was cut off. */
  cpuPeriods: number;
  cpuThrottled: number;
  pids: number;
  /** The most there have been since the start. */
  pidsPeak: number | null;
  pidsLimit: number | null;
  /** Processes and threads that were refused. */
  pidsRefused: number;
  /** Of the process that has most. */
  openFiles: number;
  openFilesLimit: number | null;
}

const ROOT = '/sys/fs/cgroup';

const V1 = {
  memoryUsed: 'memory/memory.usage_in_bytes',
  memoryPeak: 'memory/memory.max_usage_in_bytes',
  memoryLimit: 'memory/memory.limit_in_bytes',
  memoryStat: 'memory/memory.stat',
  memoryEvents: 'memory/memory.oom_control',
  cpuQuota: 'cpu/cpu.cfs_quota_us',
  cpuPeriod: 'cpu/cpu.cfs_period_us',
  cpuStat: 'cpu/cpu.stat',
  cpuUsage: 'cpuacct/cpuacct.usage',
  pids: 'pids/pids.current',
  pidsPeak: 'pids/pids.peak',
  pidsLimit: 'pids/pids.max',
  pidsEvents: 'pids/pids.events',
} as const;

const V2 = {
  memoryUsed: 'memory.current',
  memoryPeak: 'memory.peak',
  memoryLimit: 'memory.max',
  memoryStat: 'memory.stat',
  memoryEvents: 'memory.events',
  cpuLimit: 'cpu.max',
  cpuStat: 'cpu.stat',
  pids: 'pids.current',
  pidsPeak: 'pids.peak',
  pidsLimit: 'pids.max',
  pidsEvents: 'pids.events',
} as const;

/** A limit of cgroup v1 that is no limit: the largest number that fits, rounded down to whole pages. */
const NO_LIMIT = 2 ** 62;

/**
 * A shell script for the gateway's container: prints a sample every `everySeconds`, `rounds` times. Short on purpose: what it
 * uses counts, too, and when nobody listens any more it must end by itself.
 */
export function sampleScript(rounds: number, everySeconds: number): string {
  const files = [...new Set([...Object.values(V1), ...Object.values(V2)])].filter(
    (file) => !file.endsWith('memory.stat'),
  );
  return [
    `cd ${ROOT} || exit 1`,
    'round=0',
    `while [ $round -lt ${rounds} ]; do`,
    `[ $round -eq 0 ] || sleep ${everySeconds}`,
    'round=$((round + 1)) most=0',
    // In the shell itself: no program is started for it.
    'for fds in /proc/[0-9]*/fd; do set -- "$fds"/*; [ $# -gt $most ] && most=$#; done',
    'read -r up _ < /proc/uptime',
    'echo "seconds $up"; echo "openFiles $most"; echo "openFilesLimit $(ulimit -n)"',
    `grep -sH '' ${files.join(' ')}`,
    `grep -sHE '^(anon|inactive_file|total_rss|total_inactive_file) ' ${V1.memoryStat} ${V2.memoryStat}`,
    'echo end',
    'done',
  ].join('\n');
}

/** Puts the lines of a sample together; gives the sample with its last line. A sample that was cut short is left out. */
export function createSampleReader(): (line: string) => Sample | null {
  let lines: string[] = [];
  return (line) => {
    if (line !== 'end') {
      lines.push(line);
      return null;
    }
    const complete = lines;
    lines = [];
    return parseSample(complete);
  };
}

/** Null when what is needed is not among the lines: the container's cgroup cannot be read. */
export function parseSample(lines: readonly string[]): Sample | null {
  const values = readLines(lines);
  if (values.has(V2.memoryUsed)) return unlessEmpty(readV2(values));
  return values.has(V1.memoryUsed) ? unlessEmpty(readV1(values)) : null;
}

/** File, or file and key → value. */
type Values = ReadonlyMap<string, string>;

function readLines(lines: readonly string[]): Values {
  const values = new Map<string, string>();
  for (const line of lines) {
    const own = /^(seconds|openFiles|openFilesLimit) (\S+)$/.exec(line);
    if (own) values.set(own[1] ?? '', own[2] ?? '');
    const found = /^([\w./]+):(.*)$/.exec(line);
    if (!found) continue;
    const [, file = '', text = ''] = found;
    const pair = /^([a-z_]+) (\d+)$/.exec(text);
    values.set(pair ? `${file} ${pair[1]}` : file, pair ? (pair[2] ?? '') : text);
  }
  return values;
}

function readV1(values: Values): Sample {
  const used = count(values, V1.memoryUsed);
  const quota = count(values, V1.cpuQuota);
  const period = count(values, V1.cpuPeriod);
  return {
    layout: 'v1',
    ...shared(values, V1),
    memoryUsed: used,
    memoryNeeded: Math.max(0, used - count(values, `${V1.memoryStat} total_inactive_file`)),
    cpuSeconds: count(values, V1.cpuUsage) / 1e9,
    cpuLimit: quota > 0 && period > 0 ? quota / period : null,
  };
}

function readV2(values: Values): Sample {
  const used = count(values, V2.memoryUsed);
  const [quota = '', period = ''] = (values.get(V2.cpuLimit) ?? '').split(' ');
  return {
    layout: 'v2',
    ...shared(values, V2),
    memoryUsed: used,
    memoryNeeded: Math.max(0, used - count(values, `${V2.memoryStat} inactive_file`)),
    cpuSeconds: count(values, `${V2.cpuStat} usage_usec`) / 1e6,
    cpuLimit: /^\d+$/.test(quota) && Number(period) > 0 ? Number(quota) / Number(period) : null,
  };
}

type Shared = Omit<Sample, 'layout' | 'memoryUsed' | 'memoryNeeded' | 'cpuSeconds' | 'cpuLimit'>;

function shared(values: Values, files: typeof V1 | typeof V2): Shared {
  return {
    seconds: count(values, 'seconds'),
    memoryPeak: limit(values, files.memoryPeak),
    memoryLimit: limit(values, files.memoryLimit),
    outOfMemoryKills: count(values, `${files.memoryEvents} oom_kill`),
    cpuPeriods: count(values, `${files.cpuStat} nr_periods`),
    cpuThrottled: count(values, `${files.cpuStat} nr_throttled`),
    pids: count(values, files.pids),
    pidsPeak: limit(values, files.pidsPeak),
    pidsLimit: limit(values, files.pidsLimit),
    pidsRefused: count(values, `${files.pidsEvents} max`),
    openFiles: count(values, 'openFiles'),
    openFilesLimit: limit(values, 'openFilesLimit'),
  };
}

function unlessEmpty(sample: Sample): Sample | null {
  return sample.seconds > 0 && sample.memoryUsed > 0 ? sample : null;
}

function count(values: Values, key: string): number {
  const value = Number(values.get(key));
  return Number.isFinite(value) ? value : 0;
}

/** Null for "max", "unlimited", a number that means no limit, and what is not there. */
function limit(values: Values, key: string): number | null {
  const text = values.get(key) ?? '';
  const value = Number(text);
  return /^\d+$/.test(text) && value < NO_LIMIT ? value : null;
}
