import { test as property, fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { createSampleReader, parseSample, sampleScript } from './cgroup-sample.ts';

const V1 = `seconds 100.50
openFiles 57
openFilesLimit 8192
memory/memory.usage_in_bytes:756125696
memory/memory.max_usage_in_bytes:1677492224
memory/memory.limit_in_bytes:2147483648
memory/memory.oom_control:oom_kill_disable 0
memory/memory.oom_control:under_oom 0
memory/memory.oom_control:oom_kill 2
cpu/cpu.cfs_quota_us:200000
cpu/cpu.cfs_period_us:100000
cpu/cpu.stat:nr_periods 6149
cpu/cpu.stat:nr_throttled 7
cpu/cpu.stat:throttled_time 12
cpuacct/cpuacct.usage:61500000000
pids/pids.current:36
pids/pids.peak:88
pids/pids.max:256
pids/pids.events:max 3
memory/memory.stat:total_rss 633466880
memory/memory.stat:total_inactive_file 56045568`.split('\n');

const V2 = `seconds 12.00
openFiles 40
openFilesLimit unlimited
memory.current:700000000
memory.max:max
memory.events:max 5
memory.events:oom 1
memory.events:oom_kill 1
cpu.max:150000 100000
cpu.stat:usage_usec 2500000
cpu.stat:nr_periods 20
cpu.stat:nr_throttled 4
pids.current:30
pids.max:max
pids.events:max 0
memory.stat:anon 500000000
memory.stat:inactive_file 100000000`.split('\n');

describe('a sample of a cgroup', () => {
  test('version 1, as a container of Docker 20.10 shows it', () => {
    expect(parseSample(V1)).toEqual({
      layout: 'v1',
      seconds: 100.5,
      memoryUsed: 756_125_696,
      memoryNeeded: 700_080_128,
      memoryPeak: 1_677_492_224,
      memoryLimit: 2_147_483_648,
      outOfMemoryKills: 2,
      cpuSeconds: 61.5,
      cpuLimit: 2,
      cpuPeriods: 6149,
      cpuThrottled: 7,
      pids: 36,
      pidsPeak: 88,
      pidsLimit: 256,
      pidsRefused: 3,
      openFiles: 57,
      openFilesLimit: 8192,
    });
  });

  test('version 2 without memory.peak and pids.peak, and without limits', () => {
    expect(parseSample(V2)).toMatchObject({
      layout: 'v2',
      memoryUsed: 700_000_000,
      memoryNeeded: 600_000_000,
      memoryPeak: null,
      memoryLimit: null,
      outOfMemoryKills: 1,
      cpuSeconds: 2.5,
      cpuLimit: 1.5,
      cpuThrottled: 4,
      pidsPeak: null,
      pidsLimit: null,
      openFilesLimit: null,
    });
  });

  test('the largest number of version 1 is no limit', () => {
    const lines = V1.map((line) =>
      line.replace('limit_in_bytes:2147483648', 'limit_in_bytes:9223372036854771712'),
    );
    expect(parseSample(lines)?.memoryLimit).toBeNull();
  });

  test('what was cut short, or shows no memory, is no sample', () => {
    expect(parseSample(V1.slice(1))).toBeNull();
    expect(parseSample(['seconds 3', 'openFiles 4'])).toBeNull();
  });

  test('the reader gives a sample with its last line and begins anew', () => {
    const read = createSampleReader();
    expect(V1.map(read).every((sample) => sample === null)).toBe(true);
    expect(read('end')?.layout).toBe('v1');
    expect(read('end')).toBeNull();
  });

  test('the script ends by itself', () => {
    expect(sampleScript(20, 1)).toContain('while [ $round -lt 20 ]');
  });
});

property.prop([fc.array(fc.string({ unit: 'binary' }))])(
  'nothing that a container prints breaks the reader',
  (lines) => {
    const sample = parseSample([...V1, ...lines]);
    if (sample === null) return;
    for (const value of Object.values(sample))
      if (typeof value === 'number') expect(Number.isFinite(value) && value >= 0).toBe(true);
  },
);
