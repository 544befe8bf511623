import type { Finding, TargetReport } from '../audit/audit-report.ts';

/** Known by what it is about: places move when a text changes. */
function identityOf({ measure, subject = '', key = '' }: Finding): string {
  return [measure, subject, key].join('\0');
}

/** How often each finding is there; asks with any finding that is about the same. */
export class FindingCounts {
  readonly #found = new Map<string, number>();

  constructor(report: TargetReport) {
    for (const finding of report.findings) this.#add(finding, 1);
  }

  of(finding: Finding): number {
    return this.#found.get(identityOf(finding)) ?? 0;
  }

  /** @returns true when there was one to take */
  take(finding: Finding): boolean {
    if (this.of(finding) === 0) return false;
    this.#add(finding, -1);
    return true;
  }

  #add(finding: Finding, more: number): void {
    this.#found.set(identityOf(finding), this.of(finding) + more);
  }
}

/** A finding of which `after` has more than `before`. */
export function addedFinding(before: TargetReport, after: TargetReport): Finding | undefined {
  const had = new FindingCounts(before);
  const has = new FindingCounts(after);
  return after.findings.find((finding) => has.of(finding) > had.of(finding));
}

/** What another look at the same files sees otherwise; undefined when it is the same. */
export function whyDifferent(expected: TargetReport, actual: TargetReport): string | undefined {
  const found = addedFinding(expected, actual);
  return found && `${found.measure}: ${found.detail}`;
}

/** Why a repair did not do what it should; undefined when its finding is gone. */
export function whyNotRepaired(
  before: TargetReport,
  after: TargetReport,
  finding: Finding,
): string | undefined {
  const knownErrors = new Set(before.errors.map(({ id, message }) => `${id} ${message}`));
  const error = after.errors.find(({ id, message }) => !knownErrors.has(`${id} ${message}`));
  if (error) return `afterwards something could not be understood: ${error.message}`;
  const isThere = new FindingCounts(after).of(finding) >= new FindingCounts(before).of(finding);
  return isThere ? 'the finding was still there afterwards' : undefined;
}

/** A repair that ends in doubt is none: what the finding is about depends on what nobody knows, mostly a variable. */
export function whyUnclear(before: TargetReport, after: TargetReport, finding: Finding): string | undefined {
  const knownReasons = new Set(before.skipped.map(({ measure, reason }) => `${measure} ${reason}`));
  const unclear = after.skipped.find(
    ({ measure, reason }) => measure === finding.measure && !knownReasons.has(`${measure} ${reason}`),
  );
  return unclear && `Afterwards nobody could tell whether it helped: ${unclear.reason}`;
}
