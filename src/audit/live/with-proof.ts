import type { Measure } from '../../measures/measure.ts';
import type { AuditProblem, Finding, MeasureSides, TargetReport } from '../audit-report.ts';
import type { AuditTarget } from '../audit-target.ts';
import { createFingerprints } from '../fingerprint.ts';
import { hashOf } from '../hash-of.ts';
import { type KnownProof, type RunningNow, whyOutdated } from './known-proof.ts';

/** What is running now, for `whyOutdated`; undefined without a gateway. */
export function runningNow(
  { deployment }: AuditTarget,
  containers: readonly { Id: string; Name: string }[],
): RunningNow | undefined {
  const index = deployment.services.findIndex(({ role }) => role === 'gateway');
  const container = containers[index];
  if (container === undefined) return undefined;
  const { openclawConfig: config } = deployment;
  return {
    container: container.Name.replace(/^\//, ''),
    containerId: container.Id,
    ...(config === undefined ? {} : { configHash: hashOf(config) }),
  };
}

/**
 * Puts what attacks showed beside what files declare and the engine applied. What is declared and did not hold comes before
 * all other findings.
 * @param proof of this deployment; undefined = there is none
 */
export function withProof(
  report: TargetReport,
  measures: readonly Measure[],
  now: RunningNow,
  proof: KnownProof | undefined,
): TargetReport {
  const warning = proof === undefined ? notProved(now) : whyOutdated(proof, now);
  if (warning !== undefined || proof === undefined)
    return { ...report, warnings: [...report.warnings, ...(warning === undefined ? [] : [warning])] };
  return {
    ...report,
    findings: [...brokenFindings(proof, measures), ...report.findings],
    proof: { startedAt: proof.startedAt, sides: proof.measures.map(sidesOf) },
  };
}

function notProved({ container }: RunningNow): AuditProblem {
  return {
    id: 'not-proved',
    message: `No attack was tried on ${container}: what follows is what files and engine say. To see what holds: clawproof prove --container ${container}`,
  };
}

function sidesOf({
  measure,
  declared,
  effective,
  proven,
  isBroken,
}: KnownProof['measures'][number]): MeasureSides {
  return {
    measure,
    declared: declared.state,
    effective: effective.state,
    proven: proven.state,
    isBroken,
  };
}

function brokenFindings(proof: KnownProof, measures: readonly Measure[]): Finding[] {
  const fingerprint = createFingerprints();
  return proof.measures.flatMap(({ measure: id, isBroken, proven }): Finding[] => {
    const measure = measures.find((each) => each.id === id);
    if (!isBroken || measure === undefined) return [];
    const { title, severity, why, rows, references } = measure;
    return [
      {
        measure: id,
        title,
        severity,
        why,
        rows,
        references,
        evidence: 'proven',
        detail: `it is declared, and an attack succeeded all the same: ${proven.detail ?? 'see the proof'}`,
        fingerprint: fingerprint({ measure: id, key: 'proven' }),
        fix: { state: 'not-fixable', why: HOW_TO_MEND },
      },
    ];
  });
}

const HOW_TO_MEND =
  'Files and engine already say that it holds. clawproof prove shows the attack; make the containers anew from their files, and look at the engine';
