import { isAppError } from '../errors/app-error.ts';
import type { Measure } from '../measures/measure.ts';
import type { AuditProblem, TargetReport } from './audit-report.ts';
import type { AuditTarget } from './audit-target.ts';
import { reportOn, type ReportOptions } from './audit-target-report.ts';
import { findTargets } from './find-targets.ts';
import { readTarget } from './read-target.ts';
import { kindByName } from './recognise.ts';
import type { NoTarget, ReadTools, TargetRequest } from './request.ts';

export interface AuditInput extends ReadTools {
  /** As the user named them; none = the current folder. */
  names: readonly string[];
  measures: readonly Measure[];
  options: ReportOptions;
  /** Marks what people accepted; absent = everything counts. */
  accept?: (target: AuditTarget, report: TargetReport) => Promise<TargetReport>;
}

/** One report, and the deployment that it is about, which is forgotten after it. */
export interface Audited {
  report: TargetReport;
  /** Absent where nothing could be read. */
  target?: AuditTarget;
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
  const nothing: NoTarget[] = [];
  const readBefore = createReadBefore();
  let isEmpty = true;
  for await (const found of findTargets(input.reader, input.names, input.choices)) {
    if ('problem' in found) {
      nothing.push(found);
      continue;
    }
    if (found.isPart === true && readBefore.has(found)) continue;
    isEmpty = false;
    const audited = await auditOne(found, input);
    if (audited.target) readBefore.add(found, audited.target);
    yield audited;
  }
  if (isEmpty) return { problems: nothing.map(({ problem }) => problem) };
  for (const none of nothing) yield { report: reportOfNothing(none) };
  return undefined;
}

/** An error of our own must not hide what is wrong with all the other deployments. */
async function auditOne(request: TargetRequest, input: AuditInput): Promise<Audited> {
  try {
    const target = await readTarget(request, input);
    const report = reportOn(target, input.measures, input.options);
    return { report: (await input.accept?.(target, report)) ?? report, target };
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

/** Files that the last deployment of a folder was made of; the parts of a folder come right behind it. */
function createReadBefore(): {
  has(request: TargetRequest): boolean;
  add(request: TargetRequest, target: AuditTarget): void;
} {
  let last: ReadonlySet<string> = new Set();
  return {
    has: ({ files }) => files.every((file) => last.has(file)),
    add(request, { files }) {
      if (request.isPart !== true) last = new Set(files);
    },
  };
}

function reportOfNothing({ name, problem }: NoTarget): TargetReport {
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
