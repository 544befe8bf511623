import { describe, expect, test } from 'vitest';
import { measures } from '../../measures/registry.generated.ts';
import { proofReport } from '../../prove/testing/proof-fixture.ts';
import { proofJson } from '../../report/proof/json.ts';
import { emptyReport } from '../testing/audit-fixture.ts';
import { type KnownProof, parseProof, type RunningNow } from './known-proof.ts';
import { withProof } from './with-proof.ts';

const report = emptyReport({ name: 'openclaw', kind: 'container' });

function proofOf(changes: Partial<KnownProof['measures'][number]> = {}): KnownProof {
  return {
    schemaVersion: 1,
    startedAt: '2026-11-22T10:30:00.000Z',
    target: { container: 'openclaw-gateway-1', containerId: 'abc', configHash: 'one' },
    measures: [
      {
        measure: 'read-only-root',
        title: 'The root filesystem is read-only',
        declared: { state: 'pass' },
        effective: { state: 'fail' },
        proven: { state: 'fail', detail: 'it wrote to /usr' },
        isBroken: true,
        ...changes,
      },
    ],
  };
}

const now: RunningNow = { container: 'openclaw-gateway-1', containerId: 'abc', configHash: 'one' };

describe('what attacks showed', () => {
  test('stands before all else where it is declared and does not hold', () => {
    const { findings, proof, warnings } = withProof(report, measures, now, proofOf());
    expect(findings).toMatchObject([
      { measure: 'read-only-root', evidence: 'proven', severity: expect.any(String) },
    ]);
    expect(findings[0]?.detail).toContain('it wrote to /usr');
    expect(proof?.sides).toEqual([
      { measure: 'read-only-root', declared: 'pass', effective: 'fail', proven: 'fail', isBroken: true },
    ]);
    expect(warnings).toEqual([]);
  });

  test('is no finding where it holds', () => {
    const held = proofOf({ effective: { state: 'pass' }, proven: { state: 'pass' }, isBroken: false });
    expect(withProof(report, measures, now, held).findings).toEqual([]);
  });

  test.each([
    ['another container', { ...now, containerId: 'def' }, 'proof-outdated'],
    ['other settings', { ...now, configHash: 'two' }, 'proof-outdated'],
  ])('says nothing of %s', (_, running, id) => {
    const { findings, proof, warnings } = withProof(report, measures, running, proofOf());
    expect(findings).toEqual([]);
    expect(proof).toBeUndefined();
    expect(warnings).toMatchObject([{ id }]);
    expect(warnings[0]?.message).toContain('clawproof prove --container openclaw-gateway-1');
  });

  test('is missed where nothing was attacked', () => {
    expect(withProof(report, measures, now, undefined).warnings).toMatchObject([{ id: 'not-proved' }]);
  });
});

describe('evidence', () => {
  test('is read as prove writes it', () => {
    const written = proofReport();
    expect(parseProof(proofJson(written))).toMatchObject({
      startedAt: written.startedAt,
      target: { containerId: written.target.containerId },
      measures: written.measures.map(({ measure, isBroken }) => ({ measure, isBroken })),
    });
  });

  test.each(['', '{', '[]', '{"schemaVersion":2}', 'null'])('%j is none', (text) => {
    expect(parseProof(text)).toHaveProperty('problem');
  });
});
