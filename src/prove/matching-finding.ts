import { counts, type Finding, type TargetReport } from '../audit/audit-report.ts';
import type { JudgedProbe } from './judge-probe.ts';
import type { ProbeResult } from './proof-report.ts';

export interface MatchOptions {
  /** Service of the gateway. */
  service?: string;
  /** Only findings with one of these keys, the fitting one first. */
  keys?: readonly string[];
}

/**
 * What the audit says of the same weakness: the finding of the first of the probe's measures that has one; the gateway's
 * own before that of another service, one with a place in a file before one without. Undefined for a protection that is
 * declared and does not hold.
 * @param reports of the files first, then of what runs
 */
export function matchingFinding(
  probe: Pick<JudgedProbe, 'measures' | 'state'>,
  reports: readonly Pick<TargetReport, 'findings'>[],
  { service, keys }: MatchOptions = {},
): ProbeResult['finding'] | undefined {
  if (probe.state !== 'fail') return undefined;
  const all = reports.flatMap(({ findings }) => findings);
  for (const measure of probe.measures) {
    const ofMeasure = all.filter((finding) => finding.measure === measure);
    for (const key of keys ?? [undefined]) {
      const same = key === undefined ? ofMeasure : ofMeasure.filter((finding) => finding.key === key);
      const own = same.filter(({ subject }) => subject === service);
      const found = bestOf(own) ?? bestOf(same);
      if (found !== undefined) return shown(found);
    }
  }
  return undefined;
}

function bestOf(findings: readonly Finding[]): Finding | undefined {
  return (
    findings.find((finding) => finding.location && counts(finding)) ??
    findings.find(({ location }) => location) ??
    findings[0]
  );
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
