import type { ComposeProject } from '../deployment/compose/project/compose-project.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { SourceText } from '../documents/source-text.ts';
import type { ConfigDocument } from '../openclaw/config-document.ts';
import type { AuditProblem, TargetReport } from './audit-report.ts';

/** Everything that was read of one deployment: what the checks look at, and where each part of it stands. */
export interface AuditTarget {
  name: string;
  kind: TargetReport['kind'];
  /** Absolute folder that relative paths of the deployment's files start from. */
  folder: string;
  deployment: Deployment;
  compose?: ComposeProject;
  /** openclaw.json with its includes, merged. */
  config?: ConfigDocument;
  /** Texts of all files that a finding may point into, by absolute path. Files with secrets are not among them. */
  sources: ReadonlyMap<string, SourceText>;
  /** Absolute paths of everything that was read, secret files included. */
  files: string[];
  errors: AuditProblem[];
  warnings: AuditProblem[];
  /** Measures about what our own first start settles, while it has not been made; and in words, what it settles. */
  unsettled?: { measures: readonly string[]; reason: string };
}
