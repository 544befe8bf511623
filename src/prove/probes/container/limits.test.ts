import { describe, expect, it } from 'vitest';
import type { CgroupState } from '../../payload/cgroup-files.ts';
import type { MemoryAttempt, ProcessorAttempt } from '../../payload/limits.ts';
import { judged, proofTarget } from '../../testing/judged.ts';
import { coreDumps } from './crash.ts';
import { memoryLimit, openFileLimit, processLimit, processorLimit, swapLimit } from './resource-limits.ts';

const GIB = 2 ** 30;

function paramsOf(probe: typeof processLimit, limits: object): unknown {
  const attempts = probe.attempts(proofTarget({ limits }), undefined);
  return 'skipped' in attempts ? attempts : attempts[0]?.params;
}

describe('process-limit', () => {
  it('starts a few more than declared, and a bounded number without a limit', () => {
    expect(paramsOf(processLimit, { pids: 256 })).toEqual({ most: 272 });
    expect(paramsOf(processLimit, {})).toEqual({ most: 1024 });
    expect(paramsOf(processLimit, { pids: 4_000_000 })).toHaveProperty('skipped');
  });

  it.each([
    [{ started: 248, refused: 'EAGAIN', counted: 256, limit: 256 }, 'pass'],
    [{ started: 272, counted: 280 }, 'fail'],
    [{ started: 500, refused: 'EAGAIN', counted: 512, limit: 512 }, 'fail'],
    [{ started: 10, refused: 'ENOENT', counted: 20, limit: 256 }, 'error'],
    [{ started: 300, refused: 'EAGAIN', counted: 300, limit: 256 }, 'error'],
  ])('judges %j as %s', (start, state) => {
    expect(judged(processLimit, { start }, proofTarget({ limits: { pids: 256 } })).state).toBe(state);
  });

  it('is no limit of the container when the kernel knows none', () => {
    const start = { started: 800, refused: 'EAGAIN' };
    expect(judged(processLimit, { start }, proofTarget({ limits: {} })).state).toBe('fail');
  });
});

const GROUP: CgroupState = {
  version: 1,
  memoryBytes: 2 * GIB,
  countsMemory: true,
  countsSwap: true,
  oomKills: 1,
};

function taken(changes: Partial<MemoryAttempt> = {}): Record<string, MemoryAttempt> {
  return {
    take: {
      written: 2 * GIB - 2 ** 25,
      signal: 'SIGKILL',
      status: null,
      oomKillsBefore: 0,
      cgroup: GROUP,
      ...changes,
    },
  };
}

describe('memory-limit', () => {
  it('takes a little more than declared, and a bounded amount without a limit', () => {
    expect(paramsOf(memoryLimit, { memoryBytes: GIB })).toEqual({ most: GIB + 2 ** 26, unlimited: GIB / 2 });
    expect(paramsOf(memoryLimit, {})).toEqual({ most: GIB / 2, unlimited: GIB / 2 });
  });

  it.each<[string, Partial<MemoryAttempt>, string]>([
    ['killed at the limit', {}, 'pass'],
    ['not stopped', { signal: null, status: 0 }, 'fail'],
    ['killed at a larger limit', { cgroup: { ...GROUP, memoryBytes: 4 * GIB } }, 'fail'],
    ['killed by something else', { cgroup: { version: 1, countsMemory: true, countsSwap: true } }, 'fail'],
    ['killed without a kill by the limit', { oomKillsBefore: 1 }, 'error'],
    ['ended otherwise', { signal: 'SIGABRT' }, 'error'],
    ['not tried', { refused: 'the host has only 10 MiB of memory left' }, 'skipped'],
  ])('judges what was %s', (_, changes, state) => {
    expect(judged(memoryLimit, taken(changes)).state).toBe(state);
  });
});

describe('swap-limit', () => {
  it.each([
    [{ memoryAndSwapBytes: 2 * GIB }, 'pass'],
    [{ memoryAndSwapBytes: 4 * GIB }, 'fail'],
    [{}, 'fail'],
    [{ countsSwap: false }, 'skipped'],
  ])('judges %j as %s', (changes, state) => {
    expect(judged(swapLimit, { limits: { ...GROUP, ...changes } }).state).toBe(state);
  });

  it('fails without a limit of memory', () => {
    expect(judged(swapLimit, { limits: { version: 2, countsMemory: true, countsSwap: true } }).state).toBe(
      'fail',
    );
  });
});

describe('processor-limit', () => {
  const attempt: ProcessorAttempt = {
    used: 1.02,
    threads: 2,
    processors: 4,
    elapsedMs: 500,
    periods: 5,
    throttled: 4,
  };

  it.each<[string, Partial<ProcessorAttempt>, number | undefined, string]>([
    ['held back', {}, 1, 'pass'],
    ['held back at a share of its own', {}, undefined, 'pass'],
    ['held back at a larger share', { used: 3 }, 1, 'fail'],
    ['not held back, and used more', { throttled: 0, used: 2 }, 1, 'fail'],
    ['compared with no quota', { periods: 0, throttled: 0, used: 0.2 }, 1, 'fail'],
    ['given all that there is', { throttled: 0, used: 3.9 }, 4, 'skipped'],
    ['not held back on a busy host', { throttled: 0, used: 0.4 }, 1, 'skipped'],
  ])('judges what was %s', (_, changes, cpus, state) => {
    const target = proofTarget({ limits: cpus === undefined ? {} : { cpus } });
    expect(judged(processorLimit, { compute: { ...attempt, ...changes } }, target).state).toBe(state);
  });

  it('is skipped where the kernel keeps no account', () => {
    const { periods: _, throttled: __, ...unknown } = attempt;
    expect(judged(processorLimit, { compute: unknown }).state).toBe('skipped');
  });
});

describe('open-file-limit', () => {
  it.each([
    [{ opened: 8172, refused: 'EMFILE' }, 'pass'],
    [{ opened: 8208 }, 'fail'],
    [{ opened: 20_000, refused: 'EMFILE' }, 'fail'],
    [{ opened: 3, refused: 'ENFILE' }, 'error'],
    [{ opened: 0, unable: 'the whole host may open only 9 files more' }, 'skipped'],
  ])('judges %j as %s', (open, state) => {
    expect(judged(openFileLimit, { open }).state).toBe(state);
  });

  it("takes the engine's own limit where the container has none", () => {
    const target = proofTarget({ limits: {} });
    expect(judged(openFileLimit, { open: { opened: 1020, refused: 'EMFILE' } }, target).state).toBe('pass');
    expect(judged(openFileLimit, { open: { opened: 65_536 } }, target).state).toBe('fail');
  });
});

describe('core-dumps', () => {
  const crash = { pattern: 'core', hardLimit: '0', signal: 'SIGABRT', files: [] };

  it.each([
    [crash, 'pass'],
    [{ ...crash, files: ['core'] }, 'fail'],
    [{ ...crash, hardLimit: 'unlimited' }, 'error'],
    [{ ...crash, signal: null }, 'error'],
    [{ ...crash, pattern: '|/usr/share/apport %p' }, 'skipped'],
    [{ ...crash, pattern: '/var/crash/core' }, 'skipped'],
    [{ pattern: 'core', hardLimit: '0' }, 'skipped'],
  ])('judges %j as %s', (seen, state) => {
    expect(judged(coreDumps, { crash: seen }).state).toBe(state);
  });
});
