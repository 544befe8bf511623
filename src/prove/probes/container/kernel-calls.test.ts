import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { CallResult, KernelCalls } from '../../payload/kernel.ts';
import type { Observation } from '../../payload/protocol.ts';
import type { Attempt, Judgement, Probe } from '../../probe.ts';
import type { ProofTarget } from '../../proof-target.ts';
import { twinFixture } from '../../testing/twin-fixture.ts';
import { callProbe, type CallProbeSpec } from './kernel-calls.ts';
import { isolationProbes } from './kernel-isolation.ts';
import { surfaceProbes } from './kernel-surface.ts';

const { target } = twinFixture();

const spec: CallProbeSpec = {
  id: 'setns-test',
  title: 'No process can enter another namespace',
  why: 'It would be out.',
  measures: ['seccomp-default'],
  rows: ['H2'],
  weakenedBy: ['seccomp-default'],
  calls: [
    { call: 'openat', arguments: [-100, { text: '/proc/1/ns/mnt' }, 0] },
    { call: 'setns', arguments: [{ resultOf: 0 }, 0], reached: 'a namespace was entered' },
    { call: 'setns', arguments: [-1, 0], reached: 'the kernel answers setns' },
  ],
};

/** Codes, or values of what went through, of the calls of a probe. */
function answers(given: readonly (string | number)[], changes: Partial<KernelCalls> = {}): Observation {
  const results = given.map((one): CallResult => ({
    call: 'setns',
    ...(typeof one === 'string' ? { code: one } : { value: one }),
  }));
  return { result: { results, seccomp: 2, files: {}, hasFeature: null, ...changes } satisfies KernelCalls };
}

function judge(
  changes: Partial<CallProbeSpec>,
  observation: Observation | undefined,
  of: ProofTarget = target,
): Judgement {
  const seen = new Map(observation ? [['calls', observation]] : []);
  return callProbe({ ...spec, ...changes }).judge(seen, of, undefined);
}

function withEngine(changes: Partial<ProofTarget['engine']>): ProofTarget {
  return { ...target, engine: { ...target.engine, ...changes } };
}

describe('a probe of system calls', () => {
  it('passes when each call that counts was refused', () => {
    expect(judge({}, answers(['ENOENT', 'EPERM', 'EACCES']))).toEqual({
      state: 'pass',
      observed: 'setns: EPERM, setns: EACCES',
    });
  });

  it.each([
    [[0, 0, 'EPERM'], 'a namespace was entered (setns: done)'],
    [[0, 'EPERM', 'EBADF'], 'the kernel answers setns (setns: EBADF)'],
    [[0, 'EINVAL', 'EBADF'], 'a namespace was entered (setns: EINVAL)'],
  ])('fails when one came through: %j', (given, observed) => {
    expect(judge({}, answers(given))).toEqual({ state: 'fail', observed });
  });

  it('passes when the filter kills whoever tries', () => {
    expect(judge({}, answers([], { signal: 'SIGSYS' })).state).toBe('pass');
  });

  it.each([
    ['nothing was seen', undefined],
    ['the program did not start', { error: 'spawn EACCES' }],
    ['a result is missing', answers(['ENOENT', 'EPERM'])],
    ['there are no results', answers([])],
    ['something else ended it', answers([], { signal: 'SIGKILL' })],
    ['the machine was short of memory', answers([0, 'ENOMEM', 'EPERM'])],
  ])('is an error when %s', (_, observation) => {
    expect(judge({}, observation).state).toBe('error');
  });

  test.prop([
    fc.array(fc.constantFrom('EPERM', 'EACCES', 'ENOSYS', 'EBADF', 'EINVAL', 0, 5), { maxLength: 5 }),
  ])('never passes with an answer missing or a call that came through', (given) => {
    const { state } = judge({}, answers(given));
    const [, ...counted] = given;
    const refused = counted.slice(0, 2).filter((one) => ['EPERM', 'EACCES', 'ENOSYS'].includes(`${one}`));
    expect(state === 'pass').toBe(refused.length === 2);
  });
});

describe('a kernel that lacks what is attacked', () => {
  it('is not taken for a protection where nothing filters', () => {
    expect(judge({ feature: 'namespaces' }, answers([0, 'ENOSYS', 'ENOSYS'], { seccomp: 0 }))).toEqual({
      state: 'skipped',
      reason: 'the kernel of this host has no namespaces',
    });
    expect(judge({}, answers([0, 'EAFNOSUPPORT', 'EAFNOSUPPORT'])).state).toBe('skipped');
  });

  it('is told from a filter, which may say ENOSYS of calls that it does not know', () => {
    expect(judge({}, answers([0, 'ENOSYS', 'ENOSYS'])).state).toBe('pass');
    expect(judge({ isKnownToFilters: true }, answers([0, 'ENOSYS', 'ENOSYS'])).state).toBe('skipped');
    expect(judge({ isKnownToFilters: true }, answers([0, 'ENOSYS', 'EPERM'])).state).toBe('pass');
  });

  it('may tell so itself, where a filter refuses first', () => {
    const feature = 'loadable modules';
    const without = answers([0, 'EPERM', 'EPERM'], { hasFeature: false });
    expect(judge({ feature }, without)).toMatchObject({ state: 'skipped', reason: /no loadable modules/ });
    expect(judge({ feature }, answers([0, 'EPERM', 'EPERM'], { hasFeature: true })).state).toBe('pass');
    expect(judge({ feature }, answers([0, 'EPERM', 'EINVAL'], { hasFeature: false })).state).toBe('fail');
  });

  it('may refuse by a switch of the host, which proves nothing of the container', () => {
    const hostSwitch = { path: '/proc/sys/x', refuses: (value: number) => value > 0 };
    const given = answers([0, 'EPERM', 'EPERM'], { seccomp: 0, files: { '/proc/sys/x': '2' } });
    expect(judge({ hostSwitch }, given)).toMatchObject({ state: 'skipped', reason: /\/proc\/sys\/x is 2/ });
    const off = answers([0, 'EPERM', 'EPERM'], { seccomp: 0, files: { '/proc/sys/x': '0' } });
    expect(judge({ hostSwitch }, off).state).toBe('pass');
    const unread = answers([0, 'EPERM', 'EPERM'], { seccomp: 0, files: { '/proc/sys/x': null } });
    expect(judge({ hostSwitch }, unread).state).toBe('pass');
  });
});

describe('a call that the filter of old engines lets through', () => {
  const through = answers([0, 'EFAULT', 'EPERM']);
  const since = [25, 0, 0] as const;

  it('is a residual risk of the engine that is too old, and says from when on it is refused', () => {
    expect(judge({ since }, through)).toEqual({
      state: 'skipped',
      reason:
        'a namespace was entered: the filter of Docker 20.10.24 does not refuse that, the one of Docker 25.0.0 does',
    });
  });

  it.each([
    ['the engine is new enough', withEngine({ version: '25.0.0' })],
    ['the engine is newer', withEngine({ version: '29.4.2' })],
    ['the engine says no version', withEngine({ version: 'dev' })],
    [
      'the engine was given another filter',
      withEngine({ securityOptions: ['name=seccomp,profile=/etc/x.json'] }),
    ],
    [
      'the container has a filter of its own',
      { ...target, gateway: { ...target.gateway, securityOptions: ['seccomp={"defaultAction":"x"}'] } },
    ],
  ])('fails when %s', (_, of) => {
    expect(judge({ since }, through, of).state).toBe('fail');
  });

  it('fails where there is no filter at all', () => {
    expect(judge({ since }, answers([0, 'EFAULT', 'EPERM'], { seccomp: 0 })).state).toBe('fail');
  });

  it.each([
    ['29.4.1', 'skipped'],
    ['29.3.9', 'skipped'],
    ['28.9', 'skipped'],
    ['29.4.2', 'fail'],
    ['29.5.0', 'fail'],
    ['30.0.0-rc.1', 'fail'],
  ])('compares versions by their parts: %s', (version, state) => {
    expect(judge({ since: [29, 4, 2] }, through, withEngine({ version })).state).toBe(state);
  });
});

describe('what can be tried', () => {
  function attempts(of: ProofTarget, probe: Probe = callProbe(spec)): unknown {
    return probe.attempts(of, undefined);
  }

  it('is nothing without Node, on other processors and under a kernel of its own', () => {
    expect(attempts({ ...target, image: { ...target.image, hasNode: false } })).toMatchObject({
      skipped: /no Node/,
    });
    expect(attempts(withEngine({ arch: 'other' }))).toMatchObject({ skipped: /processor/ });
    expect(attempts({ ...target, gateway: { ...target.gateway, runtime: 'runsc' } })).toMatchObject({
      skipped: /runsc answers/,
    });
    expect(attempts(withEngine({ arch: 'arm64' }), callProbe({ ...spec, only: 'x64' }))).toMatchObject({
      skipped: /arm64/,
    });
  });

  it('is one run of the program, whose parameters are JSON and hold no words', () => {
    const planned = attempts(target);
    const [attempt] = Array.isArray(planned) ? (planned as Attempt[]) : [];
    expect(attempt?.params).toMatchObject({ program: '/clawproof-kit/syscall' });
    expect(JSON.parse(JSON.stringify(attempt))).toEqual(attempt);
    expect(JSON.stringify(attempt)).not.toContain('entered');
  });
});

describe('the lists', () => {
  it.each([...isolationProbes, ...surfaceProbes].map((probe) => [probe.id, probe] as const))(
    '%s reads like the others',
    (_, { title, why, weakenedBy }) => {
      expect(title).toMatch(/^[A-Z].*[^.]$/);
      expect(why).toMatch(/^[A-Z].*\.$/);
      expect(new Set(weakenedBy).size).toBe(weakenedBy.length);
    },
  );
});
