import type { Severity } from '../measures/measure.ts';
import type { AuditSummary, TargetReport } from './audit-report.ts';

const WORST_FIRST: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** What an audit means to whoever called it. */
export type AuditVerdict = 'clean' | 'findings' | 'nothing' | 'incomplete';

/**
 * True when the report says something about an OpenClaw deployment: services without a gateway among them are somebody
 * else's, and a file about which no measure has anything to say was not audited.
 */
export function wasAudited({ kind, services, findings, passed }: TargetReport): boolean {
  const isProject = kind === 'compose' || kind === 'container';
  return (
    findings.length > 0 ||
    (passed.length > 0 && (!isProject || services.some(({ role }) => role === 'gateway')))
  );
}

/**
 * What was not looked at comes first: findings can be counted only where everything was seen.
 * @param isAudited true when one of the reports was about something
 */
export function verdictOf(summary: AuditSummary, failOn: Severity, isAudited: boolean): AuditVerdict {
  if (summary.errors > 0) return 'incomplete';
  const counted = WORST_FIRST.slice(0, WORST_FIRST.indexOf(failOn) + 1);
  if (counted.some((severity) => summary.findings[severity] > 0)) return 'findings';
  return isAudited ? 'clean' : 'nothing';
}
