import type { TargetReport } from '../audit/audit-report.ts';
import { reportOn, type ReportOptions } from '../audit/audit-target-report.ts';
import type { AuditTarget } from '../audit/audit-target.ts';
import { readTarget } from '../audit/read-target.ts';
import type { AuditChoices, TargetRequest } from '../audit/request.ts';
import { createSourceReader } from '../audit/source-reader.ts';
import type { Change } from '../measures/fix.ts';
import type { Measure } from '../measures/measure.ts';
import type { Exec } from '../ports/exec.ts';
import type { Ports } from '../ports/ports.ts';
import { whyOutside } from './inside.ts';
import type { MendTools } from './mending.ts';

export interface AuditSettings {
  request: TargetRequest;
  choices: AuditChoices;
  measures: readonly Measure[];
  options: ReportOptions;
  /** Marks what people accepted; absent = everything counts. */
  accept?: (target: AuditTarget, report: TargetReport) => Promise<TargetReport>;
}

/** The audit as `clawproof audit` makes it, for trying repairs. */
export function createMendTools(
  ports: Pick<Ports, 'files' | 'exec'>,
  { request, choices, measures, options, accept }: AuditSettings,
): MendTools {
  const reader = createSourceReader(ports.files);
  const exec = askedOnce(ports.exec);
  return {
    read: (overlay) =>
      readTarget(request, { reader: createSourceReader(ports.files, overlay), choices, exec }),
    async look(target) {
      const changes = new Map<string, readonly Change[]>();
      const onFix = (fingerprint: string, wanted: readonly Change[]): void =>
        void changes.set(fingerprint, wanted);
      const report = reportOn(target, measures, { ...options, onFix });
      return { report: (await accept?.(target, report)) ?? report, changes };
    },
    text: (path) => reader.text(path),
    whyOutside: (folder, planned) => whyOutside(ports.files, folder, planned),
  };
}

/** What Git tracks does not change with texts that nobody has written yet. */
function askedOnce(exec: Pick<Exec, 'run'>): Pick<Exec, 'run'> {
  const answers = new Map<string, ReturnType<Exec['run']>>();
  return {
    run(program, args, options) {
      const question = JSON.stringify([program, args, options?.cwd, options?.input]);
      const answer = answers.get(question) ?? exec.run(program, args, options);
      answers.set(question, answer);
      return answer;
    },
  };
}
