import { join, resolve } from 'node:path';
import { evidenceUnreadable } from '../../errors/evidence-errors.ts';
import type { Measure } from '../../measures/measure.ts';
import { reportOn } from '../audit-target-report.ts';
import type { AuditTarget } from '../audit-target.ts';
import type { Audited, AuditInput } from '../run-audit.ts';
import { type KnownProof, parseProof } from './known-proof.ts';
import { type LiveTools, readLive } from './read-live.ts';
import { runningNow, withProof } from './with-proof.ts';

/** Where a deployment of ours keeps its last proof. */
const KEPT = '.clawproof/results/evidence.json';

/** Audits what runs, and then the files that it was made from. */
export async function* runLive(
  name: string,
  input: AuditInput & LiveTools & { evidence?: string },
): AsyncGenerator<Audited, undefined> {
  const { effective, declared, raw } = await readLive(name, input);
  const proof = await readProof(effective, input);
  const looked = await audit(effective, input.measures.map(withoutFix), input);
  const now = runningNow(effective, raw.containers);
  yield {
    ...looked,
    report: now === undefined ? looked.report : withProof(looked.report, input.measures, now, proof),
  };
  if (declared) yield await audit(declared, input.measures, input);
  return undefined;
}

/**
 * The evidence that was named, or the one that `up` and `prove` keep in the deployment's folder.
 * @throws AppError `evidence-unreadable` for one that was named
 */
async function readProof(
  { folder }: AuditTarget,
  { evidence, reader, choices }: AuditInput & LiveTools & { evidence?: string },
): Promise<KnownProof | undefined> {
  const path = evidence === undefined ? join(folder, KEPT) : resolve(choices.cwd, evidence);
  const text = await reader.text(path).catch((error: unknown) => {
    if (evidence !== undefined) throw error;
    return null;
  });
  const proof = text === null ? { problem: 'there is no such file' } : parseProof(text);
  if (!('problem' in proof)) return proof;
  if (evidence !== undefined) throw evidenceUnreadable(path, proof.problem);
  return undefined;
}

async function audit(
  target: AuditTarget,
  measures: readonly Measure[],
  { options, acceptance }: AuditInput,
): Promise<Audited> {
  const report = reportOn(target, measures, options);
  return { report: acceptance?.tell(await acceptance.mark(target, report)) ?? report, target };
}

/** No edit of a file changes what runs before it is made anew. */
function withoutFix(measure: Measure): Measure {
  return 'fix' in measure ? { ...measure, fix: () => ({ why: ANEW }) } : measure;
}

const ANEW =
  'Mend the files (clawproof fix), then make the containers anew from them: docker compose up --detach --force-recreate';
