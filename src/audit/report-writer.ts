import type { AuditSummary, TargetReport } from './audit-report.ts';

/**
 * One output format, piece by piece: what was written of one target is forgotten before the next one is read, so that
 * ten thousand of them need no more memory than one. The pieces put together are the output. Pure.
 */
export interface ReportWriter {
  /** What stands in front of the first target. */
  begin(): string;
  target(report: TargetReport): string;
  end(summary: AuditSummary): string;
}
