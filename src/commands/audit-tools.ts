import { type Acceptance, type AcceptedInput, createAcceptance } from '../audit/accepted.ts';
import type { JobTools } from '../audit/audit-jobs.ts';
import type { AuditChoices } from '../audit/request.ts';
import { measures } from '../measures/registry.generated.ts';

/** What decides what an audit says; plain data. */
export interface AuditSettings {
  choices: AuditChoices;
  cwd: string;
  accepted: Omit<AcceptedInput, 'reader' | 'measureIds'>;
}

/** What deployments are audited with: the same wherever it is done, or the reports would differ. */
export function auditTools(
  { reader, exec }: Pick<JobTools, 'reader' | 'exec'>,
  { choices, cwd, accepted }: AuditSettings,
): JobTools & { acceptance: Acceptance } {
  const measureIds = measures.map(({ id }) => id);
  return {
    reader,
    choices,
    ...(exec && { exec }),
    measures,
    options: { cwd },
    acceptance: createAcceptance({ ...accepted, reader, measureIds }),
  };
}
