import { expect, test } from 'vitest';
import type { MeasureSides } from '../../audit/audit-report.ts';
import { createStyle } from '../style.ts';
import { proofBlock } from './proof-text.ts';

const side = (measure: string, changes: Partial<MeasureSides> = {}): MeasureSides => ({
  measure,
  declared: 'pass',
  effective: 'pass',
  proven: 'pass',
  isBroken: false,
  ...changes,
});

const proof = {
  startedAt: '2026-11-22T10:30:00.000Z',
  sides: [
    side('no-capabilities'),
    side('read-only-root', { effective: 'fail', proven: 'fail', isBroken: true }),
    side('user-namespace', { declared: 'skipped', proven: 'skipped' }),
    side('loopback-publish', { declared: 'fail', effective: 'fail', proven: 'fail' }),
  ],
};

test('names what is declared and does not hold, and what nobody attacked', () => {
  const page = { style: createStyle(false), columns: 90, verbose: false };
  expect(`\n${proofBlock(proof, page)}\n`).toMatchInlineSnapshot(`
    "
    attacked  2026-11-22 10:30 UTC
      1 protection held against attacks.
      declared, but not so: read-only-root
      declared, and not proved: user-namespace
    "
  `);
});

test('shows all three sides when asked for everything', () => {
  const page = { style: createStyle(false), columns: 90, verbose: true };
  expect(proofBlock(proof, page)).toContain(
    'read-only-root: files holds · engine does not hold · attack does not hold',
  );
});
