import { dirname, resolve } from 'node:path';
import { deploymentName } from '../audit/accepted.ts';
import type { TargetReport } from '../audit/audit-report.ts';
import type { AuditedTarget } from '../audit/audit-jobs.ts';
import { type Baseline, createBaselineCollector, parseBaseline } from '../audit/baseline.ts';
import { shownPath } from '../audit/shown-path.ts';
import type { SourceReader } from '../audit/source-reader.ts';
import { baselineNotUsable } from '../errors/audit-errors.ts';
import type { Files } from '../ports/files.ts';

/** Reads the baseline that the user named. @throws AppError `baseline-not-usable`, and those of the reader. */
export async function readBaseline(
  reader: SourceReader,
  cwd: string,
  file: string,
): Promise<{ baseline: Baseline; baselineFolder: string }> {
  const path = resolve(cwd, file);
  const text = await reader.text(path);
  if (text === null) throw baselineNotUsable(`There is no baseline ${file}.`);
  const baseline = parseBaseline(text, shownPath(path, cwd));
  if ('problem' in baseline) throw baselineNotUsable(baseline.problem.message);
  return { baseline, baselineFolder: dirname(path) };
}

/** Collects a new baseline while deployments are audited. */
export function createNewBaseline(
  files: Pick<Files, 'writeAtomic'>,
  cwd: string,
  file: string,
): { add(target: AuditedTarget, report: TargetReport): void; write(): Promise<void> } {
  const path = resolve(cwd, file);
  const collector = createBaselineCollector();
  return {
    add: (target, { findings }) => collector.add(deploymentName(target, dirname(path)), findings),
    write: () => files.writeAtomic(path, collector.text(), { mode: 0o644 }),
  };
}
