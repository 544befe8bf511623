import { summarizeAudit, type TargetReport } from '../../../audit/audit-report.ts';
import type { ReportWriter } from '../../../audit/report-writer.ts';

/** All pieces of a report together. */
export function render(writer: ReportWriter, targets: readonly TargetReport[]): string {
  const pieces = targets.map((target) => writer.target(target));
  return [writer.begin(), ...pieces, writer.end(summarizeAudit(targets))].join('');
}
