import type { Measure } from '../measures/measure.ts';
import type { AuditProblem, TargetReport } from './audit-report.ts';
import type { AuditTarget } from './audit-target.ts';
import { reportOn, type ReportOptions } from './audit-target-report.ts';
import { findTargets } from './find-targets.ts';
import { readTarget } from './read-target.ts';
import { kindByName } from './recognise.ts';
import type { AuditChoices, NoTarget, TargetRequest } from './request.ts';
import type { SourceReader } from './source-reader.ts';

export interface AuditInput {
  reader: SourceReader;
  /** As the user named them; none = the current folder. */
  names: readonly string[];
  choices: AuditChoices;
  measures: readonly Measure[];
  options: ReportOptions;
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
    const target = await readTarget(input.reader, found, input.choices);
    readBefore.add(found, target);
    yield { report: reportOn(target, input.measures, input.options), target };
  }
  if (isEmpty) return { problems: nothing.map(({ problem }) => problem) };
  for (const none of nothing) yield { report: reportOfNothing(none) };
  return undefined;
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
