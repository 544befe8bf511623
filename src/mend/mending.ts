import { counts, type FileEdits, type Finding, type TargetReport } from '../audit/audit-report.ts';
import type { AuditTarget } from '../audit/audit-target.ts';
import type { SourceOverlay } from '../audit/source-reader.ts';
import type { Change } from '../measures/fix.ts';
import type { UnfixedFinding } from './mend-result.ts';

/** What the audit of a deployment is made with; tests pass in their own. */
export interface MendTools {
  /** Reads the deployment as it would be with these texts and modes. */
  read(overlay: SourceOverlay): Promise<AuditTarget>;
  /** Looks at it with every measure; suppressions are applied. */
  look(target: AuditTarget): Look | Promise<Look>;
  /** Text of a file that the audit had no reason to read; null when there is none. */
  text(path: string): Promise<string | null>;
  /** Why edits are left to the user, who may change what is outside of the project; undefined when all of them are inside. */
  whyOutside(folder: string, planned: readonly FileEdits[]): Promise<string | undefined>;
}

export interface Look {
  report: TargetReport;
  /** Fingerprint of a finding → the changes that repair it. */
  changes: ReadonlyMap<string, readonly Change[]>;
}

export interface MendChoices {
  /** Also repairs that may change how OpenClaw behaves. */
  allowUnsafe: boolean;
  /** Ids of measures; empty = all of them. */
  only: readonly string[];
}

/** Why a repair was not kept. */
export type Dropped = Pick<UnfixedFinding, 'reason' | 'why'>;

/** The deployment as the repairs so far leave it, in memory. */
export interface Mended {
  target: AuditTarget;
  look: Look;
  overlay: { texts: Map<string, string>; modes: Map<string, number> };
}

export interface Mending extends Mended {
  tools: MendTools;
  choices: MendChoices;
  /** Texts of files beside those of the audit, as they are on the disk. */
  texts: Map<string, string | null>;
  /** Fingerprint → why the last attempt was dropped. */
  dropped: Map<string, Dropped>;
  /** Findings that repairs brought, and whose own repairs were made with them. */
  broughtAndFixed: Finding[];
}

export function isWanted(finding: Finding, { allowUnsafe, only }: MendChoices): boolean {
  if (!counts(finding) || finding.fix.state !== 'fixable') return false;
  if (only.length > 0 && !only.includes(finding.measure)) return false;
  return allowUnsafe || finding.fix.safety === 'safe';
}
