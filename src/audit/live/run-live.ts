import type { Measure } from '../../measures/measure.ts';
import { reportOn } from '../audit-target-report.ts';
import type { AuditTarget } from '../audit-target.ts';
import type { Audited, AuditInput } from '../run-audit.ts';
import { type LiveTools, readLive } from './read-live.ts';

/** Audits what runs, and then the files that it was made from. */
export async function* runLive(
  name: string,
  input: AuditInput & LiveTools,
): AsyncGenerator<Audited, undefined> {
  const { effective, declared } = await readLive(name, input);
  yield await audit(effective, input.measures.map(withoutFix), input);
  if (declared) yield await audit(declared, input.measures, input);
  return undefined;
}

async function audit(
  target: AuditTarget,
  measures: readonly Measure[],
  { options, accept }: AuditInput,
): Promise<Audited> {
  const report = reportOn(target, measures, options);
  return { report: (await accept?.(target, report)) ?? report, target };
}

/** No edit of a file changes what runs before it is made anew. */
function withoutFix(measure: Measure): Measure {
  return 'fix' in measure ? { ...measure, fix: () => ({ why: ANEW }) } : measure;
}

const ANEW =
  'Mend the files (clawproof fix), then make the containers anew from them: docker compose up --detach --force-recreate';
