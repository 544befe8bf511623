import { measures } from '../measures/registry.generated.ts';
import type { Finding } from './audit-report.ts';
import { type AuditJob, doJob, type JobTools, type Looked } from './audit-jobs.ts';

/** What each finding of a measure says alike; it need not go from thread to thread. */
type Shared = 'title' | 'severity' | 'why' | 'rows' | 'references';

/** Does a job. @returns what came of it as a text: many times quicker to hand over than its objects */
export async function answerJob(job: AuditJob, tools: JobTools): Promise<string> {
  const all: Looked[] = [];
  for await (const looked of doJob(job, tools)) all.push(looked);
  return answerText(all);
}

function answerText(all: readonly Looked[]): string {
  return JSON.stringify(
    all.map(({ report, target, ...rest }) => ({
      ...rest,
      report: { ...report, findings: report.findings.map(withoutShared) },
      ...(target === undefined
        ? {}
        : { target: { kind: target.kind, name: target.name, folder: target.folder, files: target.files } }),
    })),
  );
}

/** What the answer to a job was made of. */
export function readAnswer(text: string): Looked[] {
  const all = JSON.parse(text) as Looked[];
  for (const { report } of all) report.findings = report.findings.map(withShared);
  return all;
}

function withoutShared(finding: Finding): Omit<Finding, Shared> {
  const { title: _, severity: __, why: ___, rows: ____, references: _____, ...own } = finding;
  return own;
}

/** Measure → what its findings say alike, in their order of keys, which reports show. */
const shared = new Map<string, Pick<Finding, 'measure' | Shared>>(
  measures.map(({ id, title, severity, why, rows, references }) => [
    id,
    { measure: id, title, severity, why, rows, references },
  ]),
);

function withShared(own: Finding): Finding {
  return { ...shared.get(own.measure), ...own };
}
