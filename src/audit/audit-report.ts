import type { SourcePosition } from '../errors/app-error.ts';
import type { ServiceRole } from '../deployment/deployment.ts';
import type { TextEdit, TextRange } from '../documents/text-edit.ts';
import type { FixSafety } from '../measures/fix.ts';
import type { EvidenceKind, References, Severity } from '../measures/measure.ts';

/** Result of one run of `clawproof audit`; what every format shows. Holds no secret. */
export interface AuditReport {
  /** Version of this shape; grows by one when a reader of the last one would misunderstand it. */
  schemaVersion: 1;
  tool: { name: 'clawproof'; version: string };
  targets: TargetReport[];
  summary: AuditSummary;
}

/** One deployment: a compose file with its overrides, a folder, a single Dockerfile or openclaw.json, or a container. */
export interface TargetReport {
  /** As the user named it, or as it was found, relative to the current folder. */
  name: string;
  kind: 'compose' | 'dockerfile' | 'openclaw-config' | 'daemon-config' | 'env-file' | 'container';
  /** Everything that was read, relative to the current folder. */
  files: string[];
  services: { name: string; role: ServiceRole; reason: string }[];
  openclawVersion?: string;
  /** Sorted by severity, then by place. Suppressed ones and those of the baseline are among them, and marked. */
  findings: Finding[];
  /** Measures that hold, by id. */
  passed: string[];
  /** What was not looked at, and why; one entry for each measure and reason. */
  skipped: NotLookedAt[];
  /** What should have been looked at and could not be. Any of these makes the exit code 4. */
  errors: AuditProblem[];
  /** What is worth knowing and is no finding: unused suppressions, unset variables. */
  warnings: AuditProblem[];
  /** For what runs: what attacks showed, where they were tried on it as it is now. */
  proof?: TargetProof;
}

/** What a proof adds to the report of what runs. */
export interface TargetProof {
  /** ISO 8601, UTC. */
  startedAt: string;
  /** A line for each measure that an attack is about. */
  sides: MeasureSides[];
}

/** One measure: what files declare, what the engine applied, what held when it was attacked. */
export interface MeasureSides {
  measure: string;
  declared: SideState;
  effective: SideState;
  proven: SideState;
  /** True when files or engine say that it holds and an attack showed that it does not. */
  isBroken: boolean;
}

export type SideState = 'pass' | 'fail' | 'skipped' | 'error' | 'not-looked';

export interface NotLookedAt {
  measure: string;
  title: string;
  reason: string;
}

export interface AuditProblem {
  /** Permanent kebab-case id, e.g. "file-not-readable", "suppression-unused". */
  id: string;
  /** One or two sentences: what it is, and what to do. */
  message: string;
  measure?: string;
  position?: SourcePosition;
}

export interface Finding {
  measure: string;
  title: string;
  severity: Severity;
  evidence: EvidenceKind;
  /** What is wrong here, in one sentence. */
  detail: string;
  /** What an attacker gains; the same for all findings of a measure. */
  why: string;
  rows: string[];
  references: References;
  /** Service, setting or file. */
  subject?: string;
  /** Tells apart several findings of one measure on one subject: a port, a capability, the name of a variable. */
  key?: string;
  /**
   * Hexadecimal digest of measure, subject, key and file, 16 digits: the same in the next run while the finding stays,
   * whatever moves around it. Two equal findings of one target get `-2`, `-3` behind it.
   */
  fingerprint: string;
  /** Where it was written. Absent when nothing in a file is the cause. */
  location?: FindingLocation;
  fix: FindingFix;
  suppression?: Suppression;
  /** True when the baseline knew it already. */
  isInBaseline?: boolean;
}

export interface FindingLocation {
  /** Relative to the current folder, with forward slashes. */
  file: string;
  range: TextRange;
  /** Line, column, line of text and length to underline; lines with secrets come without their text. */
  position: SourcePosition;
  endLine: number;
  endColumn: number;
  /** True where the file begins with a byte order mark, which `range` counts and columns do not. */
  hasByteOrderMark?: true;
}

/** What can be done about a finding. */
export type FindingFix =
  | {
      state: 'fixable';
      title: string;
      safety: FixSafety;
      effect?: string;
      /** Edits by file, relative to the current folder; undefined where nobody asked for them. */
      edits?: FileEdits[];
    }
  | { state: 'not-fixable'; why: string };

/** `mode` = new permission bits; a file that is not there yet is made with these edits on an empty text. */
export interface FileEdits {
  file: string;
  edits: TextEdit[];
  mode?: number;
}

export interface Suppression {
  kind: 'inline' | 'file';
  reason: string;
  owner?: string;
  /** YYYY-MM-DD, the last day on which it holds. */
  expires?: string;
  /** True when that day is over: the finding counts again. */
  isExpired: boolean;
  position: SourcePosition;
}

export interface AuditSummary {
  targets: number;
  files: number;
  /** Findings that count: neither suppressed nor in the baseline. */
  findings: Record<Severity, number>;
  suppressed: number;
  inBaseline: number;
  fixable: { safe: number; unsafe: number };
  passed: number;
  skipped: number;
  errors: number;
  warnings: number;
}

/** True when a finding counts for the exit code. */
export function counts(finding: Finding): boolean {
  const isSuppressed = finding.suppression !== undefined && !finding.suppression.isExpired;
  return !isSuppressed && finding.isInBaseline !== true;
}

export function summarizeAudit(targets: readonly TargetReport[]): AuditSummary {
  const summing = createSummary();
  for (const target of targets) summing.add(target);
  return summing.summary();
}

/** Sums up targets one by one, so that none of them must be kept. */
export function createSummary(): { add(target: TargetReport): void; summary(): AuditSummary } {
  const files = new Set<string>();
  const summary: AuditSummary = {
    targets: 0,
    files: 0,
    findings: { critical: 0, high: 0, medium: 0, low: 0 },
    suppressed: 0,
    inBaseline: 0,
    fixable: { safe: 0, unsafe: 0 },
    passed: 0,
    skipped: 0,
    errors: 0,
    warnings: 0,
  };
  return {
    add(target) {
      for (const file of target.files) files.add(file);
      summary.targets += 1;
      summary.passed += target.passed.length;
      summary.skipped += target.skipped.length;
      summary.errors += target.errors.length;
      summary.warnings += target.warnings.length;
      for (const finding of target.findings) addFinding(summary, finding);
    },
    summary: () => ({ ...summary, files: files.size }),
  };
}

function addFinding(summary: AuditSummary, finding: Finding): void {
  if (counts(finding)) {
    summary.findings[finding.severity] += 1;
    if (finding.fix.state === 'fixable') summary.fixable[finding.fix.safety] += 1;
  } else if (finding.isInBaseline === true) summary.inBaseline += 1;
  else summary.suppressed += 1;
}
