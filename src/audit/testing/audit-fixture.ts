import type { TargetReport } from '../audit-report.ts';
import type { AuditChoices } from '../request.ts';

/** What is chosen where nothing is said, in a folder of the tests' own. */
export function choicesIn(cwd: string, recursive = false): AuditChoices {
  return { cwd, homeDir: '/root', environment: {}, composeFiles: [], profiles: [], recursive };
}

/** A report in which nothing was found. */
export function emptyReport(own: Pick<TargetReport, 'name' | 'kind'> & Partial<TargetReport>): TargetReport {
  return { files: [], services: [], findings: [], passed: [], skipped: [], errors: [], warnings: [], ...own };
}
