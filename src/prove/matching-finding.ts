import { counts, type Finding, type TargetReport } from '../audit/audit-report.ts';
import type { JudgedProbe } from './judge-probe.ts';
import type { ProbeResult } from './proof-report.ts';

/**
 * What the audit says of the same weakness: the finding of the first of the probe's measures that has one, with a place in
 * a file before one without. Undefined for a protection that is declared and does not hold.
 * @param reports of the files first, then of what runs
 */
export function matchingFinding(
  probe: Pick<JudgedProbe, 'measures' | 'state'>,
  reports: readonly Pick<TargetReport, 'findings'>[],
): ProbeResult['finding'] | undefined {
  if (probe.state !== 'fail') return undefined;
  const all = reports.flatMap(({ findings }) => findings);
  for (const measure of probe.measures) {
    const same = all.filter((finding) => finding.measure === measure);
    const found =
      same.find((finding) => finding.location && counts(finding)) ??
      same.find(({ location }) => location) ??
      same[0];
    if (found !== undefined) return shown(found);
  }
  return undefined;
}

function shown({
  measure,
  title,
  severity,
  detail,
  subject,
  location,
  fix,
}: Finding): ProbeResult['finding'] & object {
  return {
    measure,
    title,
    severity,
    detail,
    ...(subject === undefined ? {} : { subject }),
    ...(location === undefined ? {} : { location }),
    fix,
  };
}
