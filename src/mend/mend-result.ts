import type { AuditProblem, Finding, TargetReport } from '../audit/audit-report.ts';
import type { FixSafety } from '../measures/fix.ts';

/** A file as it was and as it will be. Paths are absolute. */
export interface MendedFile {
  path: string;
  /** Absent when only the permission bits change. `before` is null for a file that is not there yet. */
  text?: { before: string | null; after: string };
  /** New permission bits, where they change, and those on the disk. */
  mode?: number;
  modeBefore?: number;
}

export interface FixedFinding {
  finding: Finding;
  /** What was done, as an order. */
  title: string;
  safety: FixSafety;
  effect?: string;
}

export interface UnfixedFinding {
  finding: Finding;
  /**
   * unsafe = there is a repair, and it needs --unsafe; not-fixable = no edit repairs it; failed = the repair did not do
   * what it should, which is an error in clawproof, and was left out.
   */
  reason: 'unsafe' | 'not-fixable' | 'failed';
  /** What the user would notice, why there is no repair, or what went wrong. */
  why: string;
  /** What the repair would do. */
  title?: string;
}

/** What mending one deployment gives; nothing is written yet. */
export interface MendResult {
  name: string;
  /** Absolute folder of the deployment. */
  folder: string;
  before: TargetReport;
  after: TargetReport;
  files: MendedFile[];
  fixed: FixedFinding[];
  unfixed: UnfixedFinding[];
  /** What could not be read: nothing is mended then. */
  errors: AuditProblem[];
}
