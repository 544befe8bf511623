import type { Acceptance } from './accepted.ts';
import type { AuditProblem, TargetReport } from './audit-report.ts';
import { type AuditedTarget, doJob, findJobs, type JobTools, reportOfNothing } from './audit-jobs.ts';
import type { NoTarget } from './request.ts';
import { type Sharing, shareJobs } from './share-jobs.ts';

export interface AuditInput extends JobTools {
  /** As the user named them; none = the current folder. */
  names: readonly string[];
  acceptance?: Acceptance;
  /** Somebody who takes over a part of many deployments; the result is the same without. */
  sharing?: Sharing;
}

/** One report, and the deployment that it is about, which is forgotten after it. */
export interface Audited {
  report: TargetReport;
  /** Absent where nothing could be read. */
  target?: AuditedTarget;
}

/** Names that led to nothing: told when there is nothing else, and otherwise each as a report with an error. */
export interface EmptyAudit {
  problems: AuditProblem[];
}

/**
 * Audits one deployment after the other, in the order in which they were named.
 * @returns what there was instead, when there was none
 */
export async function* runAudit(input: AuditInput): AsyncGenerator<Audited, EmptyAudit | undefined> {
  const { acceptance, sharing } = input;
  const nothing: NoTarget[] = [];
  const jobs = findJobs(input.reader, input.names, input.choices, (none) => nothing.push(none));
  let isEmpty = true;
  for await (const { target, ...marked } of shareJobs(jobs, (job) => doJob(job, input), sharing)) {
    isEmpty = false;
    const report = acceptance?.tell(marked) ?? marked.report;
    yield target === undefined ? { report } : { report, target };
  }
  if (isEmpty) return { problems: nothing.map(({ problem }) => problem) };
  for (const none of nothing) yield { report: reportOfNothing(none) };
  return undefined;
}
