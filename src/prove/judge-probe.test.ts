import { describe, expect, test } from 'vitest';
import { controlResult } from './control-result.ts';
import { judgeProbe } from './judge-probe.ts';
import { measureEvidence } from './measure-evidence.ts';
import { attemptLines, planProbes } from './plan-probes.ts';
import type { Probe, Seen } from './probe.ts';
import { summarizeProof } from './proof-summary.ts';
import type { ProofTarget } from './proof-target.ts';
import { probeResult } from './testing/proof-fixture.ts';
import { measures } from '../measures/registry.generated.ts';
import { referenceDeployment } from '../../test/support/reference-deployment.ts';
import { weakenGateway } from '../measures/weaken.ts';

const target = {} as ProofTarget;

const probe: Probe<null> = {
  id: 'write',
  ring: 'container',
  title: 'Nothing can be written',
  why: 'Because.',
  measures: ['read-only-root'],
  rows: ['H1'],
  expects: 'EROFS',
  weakenedBy: ['read-only-root'],
  attempts: () => [
    { id: 'one', at: 'cell', run: 'write', params: { token: 'hunter22' } },
    { id: 'two', at: 'cell', run: 'eat', params: {}, alone: true, timeoutMs: 5 },
  ],
  judge: (seen: Seen) => {
    const one = seen.get('one');
    if (one === undefined || 'error' in one) return { state: 'error', reason: 'not tried' };
    return one.result === 'EROFS'
      ? { state: 'pass', observed: 'refused, hunter22' }
      : { state: 'fail', observed: 'written' };
  },
};
const [planned] = planProbes([probe], target, null);
if (planned === undefined) throw new Error('nothing was planned');

function judge(observations: Record<string, unknown>): ReturnType<typeof judgeProbe> {
  const seen = new Map(Object.entries(observations).map(([id, result]) => [`write/${id}`, { result }]));
  return judgeProbe(planned as NonNullable<typeof planned>, seen, target, null, ['hunter22']);
}

describe('a probe', () => {
  test('its attempts go to their place, those that may end their process apart', () => {
    expect(attemptLines([planned], 'cell')).toEqual({
      shared: [{ id: 'write/one', run: 'write', params: { token: 'hunter22' }, timeoutMs: 10_000 }],
      alone: [{ id: 'write/two', run: 'eat', params: {}, timeoutMs: 5 }],
    });
    expect(attemptLines([planned], 'outside')).toEqual({ shared: [], alone: [] });
  });

  test('passes when all attempts came to an end and were refused', () => {
    expect(judge({ one: 'EROFS', two: 1 })).toMatchObject({ state: 'pass', observed: 'refused, [secret]' });
  });

  test('fails when one succeeded, also where another came to no end', () => {
    expect(judge({ one: 'written' })).toMatchObject({ state: 'fail', observed: 'written' });
  });

  test.each([
    ['nothing was seen', {}],
    ['one attempt came to no end', { one: 'EROFS' }],
  ])('is an error when %s', (_, observations) => {
    expect(judge(observations).state).toBe('error');
  });

  test('is an error when its judge breaks off, or nothing was tried', () => {
    const breaking = { ...planned, probe: { ...probe, judge: () => JSON.parse('{') as never } };
    const seen = new Map([
      ['write/one', { result: 1 }],
      ['write/two', { result: 1 }],
    ]);
    expect(judgeProbe(breaking, seen, target, null).state).toBe('error');
    expect(judgeProbe({ probe, attempts: [] }, seen, target, null).state).toBe('error');
  });

  test('what it must not tell is in no evidence, and long answers are cut', () => {
    const long = {
      text: `a hunter22 ${'x'.repeat(5000)}`,
      list: Array.from({ length: 80 }, (_, index) => index),
    };
    const { attempts } = judge({ one: long, two: { deep: { deep: 'hunter22' } } });
    const text = JSON.stringify(attempts);
    expect(text).not.toContain('hunter22');
    expect(text.length).toBeLessThan(4000);
    expect(text).toContain('30 more');
  });
});

describe('a control', () => {
  const variant = { id: 'v', title: 'weaker' };
  const onTarget = { state: 'pass', observed: 'refused' } as const;
  test.each([
    ['fail', 'seen'],
    ['pass', 'missed'],
    ['skipped', 'skipped'],
    ['error', 'error'],
  ] as const)('that ends with %s is %s', (state, expected) => {
    const run = { ...probeResult({ state }) };
    expect(controlResult(onTarget, variant, run).state).toBe(expected);
  });

  test('is not needed where the attack succeeded on the target, and else is not run unless asked for', () => {
    expect(controlResult({ state: 'fail', observed: 'written' }, variant, undefined).state).toBe('target');
    expect(controlResult(onTarget, variant, undefined).state).toBe('not-run');
    expect(controlResult(onTarget, variant, { unable: 'no twin', state: 'error' })).toMatchObject({
      state: 'error',
      observed: 'no twin',
    });
  });
});

describe('the verdict', () => {
  const ran = [{ state: 'ran' as const }];
  test.each([
    ['holds', [probeResult()], ran],
    ['holds', [probeResult(), probeResult({ state: 'skipped' })], ran],
    ['broken', [probeResult(), probeResult({ state: 'fail' }), probeResult({ state: 'error' })], ran],
    ['incomplete', [probeResult(), probeResult({ state: 'error' })], ran],
    ['incomplete', [probeResult({ control: { variant: 'v', title: 't', state: 'missed' } })], ran],
    ['incomplete', [probeResult()], [{ state: 'error' as const }]],
    ['incomplete', [probeResult({ state: 'skipped' })], ran],
    ['incomplete', [], []],
  ])('%s', (verdict, probes, rings) => {
    expect(summarizeProof(probes, rings).verdict).toBe(verdict);
  });
});

describe('declared, effective and proven', () => {
  test('a protection that is declared and was broken is marked; one that nobody tried is not called proven', () => {
    const reference = referenceDeployment();
    const deployment = { ...reference, evidence: 'effective' as const, declared: reference };
    const evidence = measureEvidence(measures, deployment, [
      probeResult({ state: 'fail', observed: 'written' }),
      probeResult({ id: 'caps', measures: ['no-capabilities', 'no-new-privileges'] }),
    ]);
    expect(evidence.map(({ measure, isBroken, proven }) => [measure, isBroken, proven.state])).toEqual([
      ['no-capabilities', false, 'pass'],
      ['no-new-privileges', false, 'not-looked'],
      ['read-only-root', true, 'fail'],
    ]);
  });

  test('what nobody declares is not broken by an attack that succeeds', () => {
    const weak = weakenGateway(referenceDeployment(), () => ({ readOnlyRoot: false }));
    const [line] = measureEvidence(measures, { ...weak, evidence: 'effective' }, [
      probeResult({ state: 'fail' }),
    ]);
    expect(line).toMatchObject({
      declared: { state: 'not-looked' },
      effective: { state: 'fail' },
      isBroken: false,
    });
  });
});
