import type { AuditProblem, Finding, Suppression } from './audit-report.ts';
import type { DeclaredSuppression } from './suppress/suppression.ts';

/** Line on which the key of a service stands; a comment for it holds for the whole service. */
export interface ServiceKey {
  service: string;
  /** As findings name files. */
  file: string;
  line: number;
}

/**
 * Marks the findings that a declaration is about. Of several the first that still holds is told; expired ones only where no
 * other holds.
 * @param today YYYY-MM-DD
 * @returns the findings, and every declaration that was about one of them
 */
export function applySuppressions(
  findings: readonly Finding[],
  suppressions: readonly DeclaredSuppression[],
  serviceKeys: readonly ServiceKey[],
  today: string,
): { findings: Finding[]; used: Set<DeclaredSuppression> } {
  const used = new Set<DeclaredSuppression>();
  if (suppressions.length === 0) return { findings: [...findings], used };
  const declarationsAbout = createIndex(suppressions, serviceKeys);
  const marked = findings.map((finding) => {
    const about = declarationsAbout(finding);
    for (const each of about) used.add(each);
    const chosen = about.find((each) => !isExpired(each, today)) ?? about[0];
    return chosen === undefined ? finding : { ...finding, suppression: shown(chosen, today) };
  });
  return { findings: marked, used };
}

/** Finds the declarations about a finding, comments first. */
function createIndex(
  suppressions: readonly DeclaredSuppression[],
  serviceKeys: readonly ServiceKey[],
): (finding: Finding) => DeclaredSuppression[] {
  const comments = new Map<string, DeclaredSuppression[]>();
  const entries = new Map<string, DeclaredSuppression[]>();
  for (const suppression of suppressions) {
    const { kind, position, line } = suppression;
    for (const id of new Set(suppression.measures))
      if (kind === 'file') addTo(entries, id, suppression);
      else addTo(comments, placeKey(id, position.file, line ?? 0), suppression);
  }
  const keysOf = new Map<string, ServiceKey[]>();
  for (const key of serviceKeys) addTo(keysOf, key.service, key);
  return (finding) => {
    const { measure, subject, location } = finding;
    const places = subject === undefined ? [] : (keysOf.get(subject) ?? []).slice();
    if (location) places.push({ service: '', file: location.file, line: location.position.line });
    const keys = new Set(places.map(({ file, line }) => placeKey(measure, file, line)));
    return [
      ...[...keys].flatMap((key) => comments.get(key) ?? []),
      ...(entries.get(measure) ?? []).filter((entry) => matchesEntry(entry, finding)),
    ];
  };
}

function placeKey(measure: string, file: string, line: number): string {
  return `${measure}\0${file}\0${line}`;
}

function addTo<Value>(groups: Map<string, Value[]>, key: string, value: Value): void {
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}

function matchesEntry(entry: DeclaredSuppression, finding: Finding): boolean {
  return (
    (entry.subject ?? finding.subject) === finding.subject &&
    (entry.key ?? finding.key) === finding.key &&
    (entry.file ?? finding.location?.file) === finding.location?.file &&
    (entry.fingerprint ?? finding.fingerprint) === finding.fingerprint
  );
}

function isExpired({ expires }: DeclaredSuppression, today: string): boolean {
  return expires !== undefined && expires < today;
}

function shown(suppression: DeclaredSuppression, today: string): Suppression {
  const { kind, reason, owner, expires, position } = suppression;
  return {
    kind,
    reason,
    ...(owner === undefined ? {} : { owner }),
    ...(expires === undefined ? {} : { expires }),
    isExpired: isExpired(suppression, today),
    position,
  };
}

/**
 * Warnings about declarations that nothing needed. Where a measure was not looked at, nobody knows.
 * @param notLookedAt ids of measures that were skipped or failed, at least in part
 */
export function unusedSuppressions(
  suppressions: readonly DeclaredSuppression[],
  used: ReadonlySet<DeclaredSuppression>,
  notLookedAt: ReadonlySet<string>,
): AuditProblem[] {
  return suppressions
    .filter((each) => !used.has(each) && !each.measures.some((id) => notLookedAt.has(id)))
    .map(({ measures, position }) => ({
      id: 'suppression-unused',
      message: `There is no finding of ${measures.join(' or ')} for this suppression. Remove it.`,
      position,
    }));
}
