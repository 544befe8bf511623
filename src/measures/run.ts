import type { Deployment } from '../deployment/deployment.ts';
import type { EvidenceKind, Measure, Outcome, Severity } from './measure.ts';

export type MeasureState = Outcome['state'];

/** What all looks at one measure gave together. */
export interface MeasureResult {
  id: string;
  title: string;
  severity: Severity;
  rows: string[];
  evidence: EvidenceKind;
  /** The worst of the outcomes: fail, error, skipped, pass in this order. */
  state: MeasureState;
  outcomes: Outcome[];
}

export type Summary = Record<MeasureState, number> & {
  total: number;
  failedBySeverity: Record<Severity, number>;
};

/** From worst to best: a measure passes only when everything that it looked at passed. */
const order: readonly MeasureState[] = ['fail', 'error', 'skipped', 'pass'];

/** Runs each measure on a deployment. A check that throws, or that says nothing, is an error and never a pass. */
export function runMeasures(measures: readonly Measure[], deployment: Deployment): MeasureResult[] {
  return measures.map((measure) => {
    const outcomes = check(measure, deployment);
    const { id, title, severity, rows } = measure;
    const state =
      order.find((candidate) => outcomes.some((outcome) => outcome.state === candidate)) ?? 'error';
    return { id, title, severity, rows, evidence: deployment.evidence, state, outcomes };
  });
}

function check(measure: Measure, deployment: Deployment): Outcome[] {
  try {
    const outcomes = measure.check(deployment);
    return outcomes.length > 0 ? outcomes : [{ state: 'error', reason: 'the check gave no outcome' }];
  } catch (error) {
    // Only the kind of the exception: its message could quote a value from the deployment.
    return [
      {
        state: 'error',
        reason: `the check broke off: ${error instanceof Error ? error.name : 'unknown exception'}`,
      },
    ];
  }
}

export function summarize(results: readonly MeasureResult[]): Summary {
  const summary: Summary = {
    total: results.length,
    pass: 0,
    fail: 0,
    skipped: 0,
    error: 0,
    failedBySeverity: { critical: 0, high: 0, medium: 0, low: 0 },
  };
  for (const result of results) {
    summary[result.state] += 1;
    if (result.state === 'fail') summary.failedBySeverity[result.severity] += 1;
  }
  return summary;
}
