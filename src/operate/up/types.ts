import type { Compose } from '../../engine/compose.ts';
import type { EngineReport } from '../../engine/engine-report.ts';
import type { Docker } from '../../engine/docker.ts';
import type { OpenClawFinding } from '../../openclaw/reports.ts';
import type { MeasureResult } from '../../measures/run.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Lock } from '../../engine/lock-file.ts';
import type { AgeVerdict } from '../token/token-age.ts';

/** What one `up` works with once an engine is there. */
export interface UpContext {
  ports: Ports;
  folder: string;
  policy: Policy;
  engine: EngineReport;
  docker: Docker;
  compose: Compose;
  toolVersion: string;
}

/** One thing that was looked at after the start, with what came of it. */
export interface Check {
  id: string;
  title: string;
  state: 'pass' | 'fail' | 'skipped' | 'error';
  detail: string;
}

/** A remark of OpenClaw. `expected` = why every deployment of this shape gets it; null = it should be looked at. */
export interface Remark extends OpenClawFinding {
  expected: string | null;
}

export interface OpenClawCheck {
  state: 'ran' | 'error';
  detail: string;
  findings: Remark[];
}

/** What OpenClaw's own commands reported, or why they could not be asked. */
export interface OpenClawChecks {
  doctor: OpenClawCheck;
  audit: OpenClawCheck;
}

export interface UpResult {
  /** up = started or changed; unchanged = all was as it should be; rendered = no engine, files only; dry-run. */
  state: 'up' | 'unchanged' | 'rendered' | 'dry-run';
  folder: string;
  policy: Policy;
  url: string;
  lock: Lock;
  /** Relative paths of files that were (or, in a dry run, would be) written. */
  changedFiles: string[];
  /** Unified diff of them. */
  diff: string;
  built: string[];
  pulled: string[];
  /** Remarks of single steps, e.g. that a tag has moved. */
  notes: string[];
  declared: MeasureResult[];
  effective: MeasureResult[];
  checks: Check[];
  openclaw: OpenClawChecks | null;
  residual: string[];
  /** Age of the gateway token; null when there is none yet. */
  token: AgeVerdict | null;
  /** What an engine needs before this can run; one line each. */
  missing: string[];
  seconds: number;
}
