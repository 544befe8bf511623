import { counts, type Finding, type FindingFix, type NotLookedAt } from '../../audit/audit-report.ts';
import type { Severity } from '../../measures/measure.ts';

/** From worst to least; the order of every report. */
export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** What every report of findings ends with: there is no proof of security. */
export const residualRisk =
  'No check can prove that a deployment is completely secure: this one saw what files and the engine tell, and knows ' +
  'nothing of flaws that nobody has found yet.';

export type FindingState = 'counts' | 'suppressed' | 'baseline';

/** Whether a finding counts, and if not, why. The baseline comes first, as in the summary. */
export function stateOf(finding: Finding): FindingState {
  if (counts(finding)) return 'counts';
  return finding.isInBaseline === true ? 'baseline' : 'suppressed';
}

/** "1 finding", "3 findings". `many` where an s behind it is wrong. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** "2 critical, 5 high"; empty when there is none. */
export function severityCounts(findings: Readonly<Record<Severity, number>>): string {
  return severities
    .filter((severity) => findings[severity] > 0)
    .map((severity) => `${findings[severity]} ${severity}`)
    .join(', ');
}

export function totalOf(findings: Readonly<Record<Severity, number>>): number {
  return severities.reduce((sum, severity) => sum + findings[severity], 0);
}

/** One sentence or two on what can be done about a finding: what the fix does, and what the user will notice. */
export function fixSentence(fix: FindingFix): string {
  if (fix.state === 'not-fixable') return sentence(fix.why);
  const effect = fix.effect === undefined ? '' : ` ${sentence(fix.effect)}`;
  return `${sentence(fix.title)} (${fix.safety})${effect}`.replace(/\. \((safe|unsafe)\)/u, ' ($1).');
}

/** "safe fix", "unsafe fix", "no fix". */
export function fixLabel(fix: FindingFix): string {
  return fix.state === 'fixable' ? `${fix.safety} fix` : 'no fix';
}

/** Text with a full stop, unless it ends a sentence by itself. */
export function sentence(text: string): string {
  return /[.!?:…]$/u.test(text) ? text : `${text}.`;
}

/** Measures by the reason for which they were not looked at, in the order in which the reasons came. */
export function byReason(skipped: readonly NotLookedAt[]): { reason: string; measures: readonly string[] }[] {
  const groups = new Map<string, Set<string>>();
  for (const { reason, measure } of skipped) {
    const group = groups.get(reason);
    if (group) group.add(measure);
    else groups.set(reason, new Set([measure]));
  }
  return [...groups].map(([reason, measures]) => ({ reason, measures: [...measures] }));
}

/** "a, b and 3 more". */
export function listed(names: readonly string[], most: number): string {
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
}

/** Neighbours with the same key together, in order. */
export function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

export const kindWords = {
  compose: 'compose project',
  dockerfile: 'Dockerfile',
  'openclaw-config': 'configuration of OpenClaw',
  'daemon-config': 'configuration of the engine',
  'env-file': 'environment file',
  container: 'running container',
} as const;
