import { describe, expect, it } from 'vitest';
import type { KernelCalls, SetuidRun } from '../../payload/kernel.ts';
import type { Judgement } from '../../probe.ts';
import { twinFixture } from '../../testing/twin-fixture.ts';
import { programProbes } from './kernel-programs.ts';

const { target } = twinFixture();

function judge(id: string, attempt: string, result: unknown): Judgement {
  const probe = programProbes.find((one) => one.id === id);
  if (!probe) throw new Error(`no probe ${id}`);
  return probe.judge(new Map([[attempt, { result }]]), target, undefined);
}

describe('a setuid program', () => {
  const run: SetuidRun = { uid: 1000, euid: 1000, file: { uid: 0, isSetuid: true }, isNosuid: false };

  it('that runs as who started it is a pass', () => {
    expect(judge('setuid-file', 'setuid', run)).toMatchObject({ state: 'pass', observed: /user 1000/ });
  });

  it('that runs as root is a fail', () => {
    expect(judge('setuid-file', 'setuid', { ...run, euid: 0 })).toEqual({
      state: 'fail',
      observed: 'user 1000 became user 0 by a setuid program',
    });
  });

  it.each([
    ['error', 'has no setuid bit', { ...run, file: { uid: 0, isSetuid: false } }],
    ['error', 'does not belong to root', { ...run, file: { uid: 1000, isSetuid: true } }],
    ['error', 'lies where setuid bits do not count', { ...run, isNosuid: true }],
    ['error', 'does not start', { ...run, euid: null, code: 'EACCES' }],
    ['skipped', 'is run by root', { ...run, uid: 0, euid: 0 }],
  ])('is %s when the program %s', (expected, _, given) => {
    expect(judge('setuid-file', 'setuid', given).state).toBe(expected);
  });
});

describe('a process that protects its memory', () => {
  function trace(ptrace: string | number, memory: string | number, scope: string | null = null): KernelCalls {
    const answer = (given: string | number) =>
      typeof given === 'string' ? { code: given } : { value: given };
    return {
      results: [
        { call: 'ptrace', ...answer(ptrace) },
        { call: 'openat', ...answer(memory) },
      ],
      seccomp: 2,
      files: { '/proc/sys/kernel/yama/ptrace_scope': scope },
      hasFeature: null,
    };
  }

  it.each([
    ['pass', 'both are refused', trace('EPERM', 'EACCES')],
    ['pass', 'both are refused to all but descendants', trace('EPERM', 'EACCES', '1')],
    ['fail', 'it is traced', trace(0, 'EACCES')],
    ['fail', 'its memory is opened', trace('EPERM', 3)],
    ['error', 'it was gone', trace('ESRCH', 'ENOENT')],
    ['skipped', 'nobody may trace here', trace('EPERM', 'EACCES', '3')],
    ['error', 'there are no results', { ...trace(0, 0), results: [] }],
    ['pass', 'the filter kills whoever tries', { ...trace(0, 0), results: [], signal: 'SIGSYS' }],
  ])('%s when %s', (expected, _, given) => {
    expect(judge('protected-process', 'trace', given).state).toBe(expected);
  });
});

describe.each(programProbes.map((probe) => [probe.id, probe] as const))('%s', (_, probe) => {
  it('is an error without an observation, and skipped where it cannot be tried', () => {
    expect(probe.judge(new Map(), target, undefined).state).toBe('error');
    const without = { ...target, image: { ...target.image, hasNode: false } };
    expect(probe.attempts(without, undefined)).toMatchObject({ skipped: /no Node/ });
    const other = { ...target, engine: { ...target.engine, arch: 'other' as const } };
    expect(probe.attempts(other, undefined)).toMatchObject({ skipped: /processor/ });
  });
});
