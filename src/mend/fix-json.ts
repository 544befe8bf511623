import { relative, sep } from 'node:path';
import type { AuditProblem, Finding } from '../audit/audit-report.ts';
import type { FixSafety } from '../measures/fix.ts';
import type { Severity } from '../measures/measure.ts';
import { type DiffStyle, unifiedDiff } from './diff.ts';
import type { FixedTarget, FixResult } from './run-fix.ts';
import type { VerifyResult } from './verify/verify-result.ts';

/** What `clawproof fix --json` prints. Holds no secret: in diffs they are dots. */
export interface FixJson {
  /** Grows by one when a reader of the last shape would misunderstand this one. */
  schemaVersion: 1;
  tool: { name: 'clawproof'; version: string };
  /** True when files were changed. */
  written: boolean;
  targets: FixJsonTarget[];
}

export interface FixJsonTarget {
  name: string;
  /** Files that change, relative to the current folder. */
  files: { path: string; isNew: boolean; mode?: string; diff: string }[];
  fixed: (FixJsonFinding & { title: string; safety: FixSafety; effect?: string })[];
  /** `reason`: unsafe = needs --unsafe, not-fixable = no edit repairs it, failed = an error in clawproof. */
  unfixed: (FixJsonFinding & { reason: string; why: string; title?: string })[];
  errors: AuditProblem[];
  verification?: VerifyResult;
  /** Id for `clawproof fix --undo`. */
  backup?: string;
  unexpected?: string;
}

export interface FixJsonFinding {
  measure: string;
  severity: Severity;
  subject?: string;
  key?: string;
  fingerprint: string;
  detail: string;
}

const plain = (text: string): string => text;
const PLAIN: DiffStyle = { bold: plain, red: plain, green: plain, cyan: plain };

/** @param cwd absolute folder that paths are relative to */
export function fixJson(result: FixResult, version: string, cwd: string): FixJson {
  return {
    schemaVersion: 1,
    tool: { name: 'clawproof', version },
    written: result.targets.some(({ backup }) => backup !== undefined),
    targets: result.targets.map((target) => targetJson(target, cwd)),
  };
}

function targetJson(target: FixedTarget, cwd: string): FixJsonTarget {
  const { name, errors, verification, backup, unexpected } = target;
  return {
    name,
    files: target.files.map((file) => ({
      path: relative(cwd, file.path).replaceAll(sep, '/'),
      isNew: file.text?.before === null,
      ...(file.mode === undefined ? {} : { mode: file.mode.toString(8).padStart(4, '0') }),
      diff: unifiedDiff([file], cwd, PLAIN),
    })),
    fixed: target.fixed.map(({ finding, ...what }) => ({ ...findingJson(finding), ...what })),
    unfixed: target.unfixed.map(({ finding, ...what }) => ({ ...findingJson(finding), ...what })),
    errors,
    ...(verification === undefined ? {} : { verification }),
    ...(backup === undefined ? {} : { backup }),
    ...(unexpected === undefined ? {} : { unexpected }),
  };
}

function findingJson({ measure, severity, subject, key, fingerprint, detail }: Finding): FixJsonFinding {
  return {
    measure,
    severity,
    ...(subject === undefined ? {} : { subject }),
    ...(key === undefined ? {} : { key }),
    fingerprint,
    detail,
  };
}
