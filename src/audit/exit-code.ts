import type { Severity } from '../measures/measure.ts';
import { type AuditSummary } from './audit-report.ts';

const WORST_FIRST: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** What an audit means to whoever called it. */
export type AuditVerdict = 'clean' | 'findings' | 'nothing' | 'incomplete';

/**
 * What was not looked at comes first: findings can be counted only where everything was seen. Where no measure could
 * say anything, there was nothing to audit.
 */
export function verdictOf(summary: AuditSummary, failOn: Severity): AuditVerdict {
  if (summary.errors > 0) return 'incomplete';
  const counted = WORST_FIRST.slice(0, WORST_FIRST.indexOf(failOn) + 1);
  if (counted.some((severity) => summary.findings[severity] > 0)) return 'findings';
  const all = WORST_FIRST.reduce((sum, severity) => sum + summary.findings[severity], 0);
  const looked = all + summary.suppressed + summary.inBaseline + summary.passed;
  return looked === 0 ? 'nothing' : 'clean';
}
