import { isAppError } from '../errors/app-error.ts';
import type { Measure } from '../measures/measure.ts';
import type { Acceptance, Marked } from './accepted.ts';
import type { AuditProblem, TargetReport } from './audit-report.ts';
import type { AuditTarget } from './audit-target.ts';
import { reportOn, type ReportOptions } from './audit-target-report.ts';
import { findTargets } from './find-targets.ts';
import { readTarget } from './read-target.ts';
import { kindByName } from './recognise.ts';
import type { AuditChoices, NoTarget, ReadTools, TargetRequest } from './request.ts';
import type { SourceReader } from './source-reader.ts';

/**
 * What has to be audited by one and the same, one after the other: a deployment, and the parts behind it that are worth a
 * report only where the deployment has not read them. Jobs know nothing of each other.
 */
export type AuditJob = readonly TargetRequest[];

/** What jobs are done with. */
export interface JobTools extends ReadTools {
  measures: readonly Measure[];
  options: ReportOptions;
  /** Marks what people accepted; absent = everything counts. */
  acceptance?: Pick<Acceptance, 'mark'>;
}

/** One deployment that was looked at. */
export interface Looked extends Marked {
  /** Absent where nothing could be read. */
  target?: AuditedTarget;
}

/** What is still asked of a deployment behind its report. */
export type AuditedTarget = Pick<AuditTarget, 'kind' | 'name' | 'folder' | 'files'>;

/**
 * All jobs, in the order in which their deployments were named and found.
 * @param onNothing hears of names that lead to nothing
 */
export async function* findJobs(
  reader: SourceReader,
  names: readonly string[],
  choices: AuditChoices,
  onNothing: (none: NoTarget) => void,
): AsyncGenerator<AuditJob> {
  let job: TargetRequest[] = [];
  for await (const found of findTargets(reader, names, choices)) {
    if ('problem' in found) {
      onNothing(found);
      continue;
    }
    const [first] = job;
    const belongs = found.isPart === true && first !== undefined && first.isPart !== true;
    if (!belongs && job.length > 0) {
      yield job;
      job = [];
    }
    job.push(found);
  }
  if (job.length > 0) yield job;
}

/** Audits the deployments of a job. */
export async function* doJob(job: AuditJob, tools: JobTools): AsyncGenerator<Looked> {
  let read: ReadonlySet<string> = new Set();
  for (const request of job) {
    const isPart = request.isPart === true;
    if (isPart && request.files.every((file) => read.has(file))) continue;
    const looked = await auditOne(request, tools);
    if (!isPart) read = new Set(looked.target?.files);
    yield looked;
  }
}

/** An error of our own must not hide what is wrong with all the other deployments. */
async function auditOne(request: TargetRequest, tools: JobTools): Promise<Looked> {
  try {
    const target = await readTarget(request, tools);
    const report = reportOn(target, tools.measures, tools.options);
    const marked = (await tools.acceptance?.mark(target, report)) ?? { report };
    return { ...marked, target };
  } catch (error) {
    return { report: reportOfNothing({ name: request.name, problem: ownError(error) }) };
  }
}

/** Without the message of the exception, which could quote a value from the deployment. */
function ownError(error: unknown): AuditProblem {
  if (isAppError(error)) return { id: error.id, message: error.entry.message };
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const places = stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 4);
  const where = places.map((line) => line.trim()).join(', ');
  const kind = error instanceof Error ? error.name : 'unknown exception';
  const message = `clawproof broke off here because of an error in itself (${kind} ${where}). Please report it.`;
  return { id: 'clawproof-error', message };
}

/** A report that holds nothing but why there is none. */
export function reportOfNothing({ name, problem }: NoTarget): TargetReport {
  return {
    name,
    kind: kindByName(name) ?? 'compose',
    files: [],
    services: [],
    findings: [],
    passed: [],
    skipped: [],
    errors: [problem],
    warnings: [],
  };
}
