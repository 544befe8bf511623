import { describe, expect, it } from 'vitest';
import type { Deployment } from '../deployment/deployment.ts';
import { defineMeasure, type Outcome } from './measure.ts';
import { runMeasures, summarize } from './run.ts';

const empty: Deployment = { evidence: 'declared', services: [], networks: [] };

function measureGiving(check: () => Outcome[]) {
  return defineMeasure({
    id: 'sample',
    title: 'Sample',
    risk: { precondition: 'agent', impact: 'host' },
    rows: ['G2'],
    references: {},
    why: 'Because.',
    check,
  });
}

function stateOf(...outcomes: Outcome[]): string | undefined {
  return runMeasures([measureGiving(() => outcomes)], empty)[0]?.state;
}

const pass: Outcome = { state: 'pass' };
const skip: Outcome = { state: 'skipped', reason: 'not read' };
const fail: Outcome = { state: 'fail', detail: 'bad' };
const error: Outcome = { state: 'error', reason: 'broken' };

describe('runMeasures', () => {
  it('takes the worst outcome', () => {
    expect(stateOf(pass, pass)).toBe('pass');
    expect(stateOf(pass, skip)).toBe('skipped');
    expect(stateOf(skip, error)).toBe('error');
    expect(stateOf(error, fail, pass)).toBe('fail');
  });

  it('never lets a check without an outcome pass', () => {
    expect(stateOf()).toBe('error');
  });

  it('turns an exception into an error without quoting it', () => {
    const [result] = runMeasures(
      [
        measureGiving(() => {
          throw new TypeError('token=abc');
        }),
      ],
      empty,
    );
    expect(result?.state).toBe('error');
    expect(JSON.stringify(result)).not.toContain('token=abc');
  });

  it('counts states, and failures by severity', () => {
    const results = runMeasures(
      [measureGiving(() => [fail]), measureGiving(() => [pass]), measureGiving(() => [skip])],
      empty,
    );
    expect(summarize(results)).toMatchObject({
      total: 3,
      fail: 1,
      pass: 1,
      skipped: 1,
      error: 0,
      failedBySeverity: { critical: 1 },
    });
  });
});
