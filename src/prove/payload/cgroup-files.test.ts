import { describe, expect, it } from 'vitest';
import { type GroupFile, legacyState, unifiedState } from './cgroup-files.ts';

function filesOf(texts: Record<string, string>): GroupFile {
  return (controller, name) => texts[controller === '' ? name : `${controller}/${name}`] ?? '';
}

/** As kernel 6.18 writes them. */
const LEGACY = {
  'memory/memory.limit_in_bytes': '2147483648\n',
  'memory/memory.memsw.limit_in_bytes': '4294967296\n',
  'memory/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 3\n',
  'pids/pids.max': '256\n',
  'pids/pids.current': '12\n',
  'pids/pids.events': 'max 2\n',
  'cpu/cpu.cfs_quota_us': '150000\n',
  'cpu/cpu.cfs_period_us': '100000\n',
  'cpu/cpu.stat': 'nr_periods 40\nnr_throttled 7\nthrottled_time 12345\n',
};
const UNIFIED = {
  'memory.max': '2147483648\n',
  'memory.swap.max': '0\n',
  'memory.events': 'low 0\nhigh 0\nmax 12\noom 3\noom_kill 3\noom_group_kill 0\n',
  'pids.max': '256\n',
  'pids.current': '12\n',
  'pids.events': 'max 2\n',
  'cpu.max': '150000 100000\n',
  'cpu.stat': 'usage_usec 1\nuser_usec 1\nsystem_usec 0\nnr_periods 40\nnr_throttled 7\nthrottled_usec 5\n',
};
const SAME = {
  memoryBytes: 2_147_483_648,
  countsMemory: true,
  countsSwap: true,
  oomKills: 3,
  pids: 256,
  pidsNow: 12,
  pidsRefused: 2,
  cpus: 1.5,
  cpuPeriods: 40,
  cpuThrottled: 7,
};

describe('limits of a control group', () => {
  it('are read in the words of version 1', () => {
    expect(legacyState(filesOf(LEGACY))).toEqual({ version: 1, ...SAME, memoryAndSwapBytes: 4_294_967_296 });
  });

  it('are read in the words of version 2, where swap is counted apart', () => {
    expect(unifiedState(filesOf(UNIFIED))).toEqual({
      version: 2,
      ...SAME,
      memoryAndSwapBytes: 2_147_483_648,
    });
  });

  it('are absent where version 1 writes its largest number', () => {
    const state = legacyState(
      filesOf({
        ...LEGACY,
        'memory/memory.limit_in_bytes': '9223372036854771712\n',
        'memory/memory.memsw.limit_in_bytes': '9223372036854771712\n',
        'pids/pids.max': 'max\n',
        'cpu/cpu.cfs_quota_us': '-1\n',
      }),
    );
    expect(state).toMatchObject({ countsMemory: true, countsSwap: true });
    for (const key of ['memoryBytes', 'memoryAndSwapBytes', 'pids', 'cpus'])
      expect(state).not.toHaveProperty(key);
  });

  it('are absent where version 2 writes max', () => {
    const state = unifiedState(
      filesOf({
        ...UNIFIED,
        'memory.max': 'max\n',
        'memory.swap.max': 'max\n',
        'pids.max': 'max\n',
        'cpu.max': 'max 100000\n',
      }),
    );
    expect(state).toMatchObject({ countsMemory: true, countsSwap: true });
    for (const key of ['memoryBytes', 'memoryAndSwapBytes', 'pids', 'cpus'])
      expect(state).not.toHaveProperty(key);
  });

  it('are not known where there are no files', () => {
    expect(legacyState(filesOf({}))).toEqual({ version: 1, countsMemory: false, countsSwap: false });
    expect(unifiedState(filesOf({}))).toEqual({ version: 2, countsMemory: false, countsSwap: false });
  });
});
