import type { AuditSummary, NotLookedAt } from '../../audit/audit-report.ts';
import { oneLine } from '../printable.ts';
import { listed, plural, residualRisk, severityCounts, totalOf } from './parts.ts';
import { paragraph, type Page } from './page.ts';

const MOST_MEASURES = 4;
const MOST_REASONS = 12;
/** Reasons may name services of strangers: with ten thousand targets there could be any number of them. */
const MOST_KEPT = 1000;

export interface SkippedGroup {
  reason: string;
  measures: readonly string[];
}

/** Collects what was not looked at over all targets, by reason, in bounded memory. */
export function createSkippedCount(): {
  add(skipped: readonly NotLookedAt[]): void;
  groups(): SkippedGroup[];
} {
  const groups = new Map<string, Set<string>>();
  return {
    add(skipped) {
      for (const { reason, measure } of skipped) {
        const group = groups.get(reason);
        if (group) group.add(measure);
        else if (groups.size < MOST_KEPT) groups.set(reason, new Set([measure]));
      }
    },
    groups: () => [...groups].map(([reason, measures]) => ({ reason, measures: [...measures] })),
  };
}

/** What all targets gave together: numbers, what can be fixed, what was not looked at, and what no audit can tell. */
export function textSummary(
  summary: AuditSummary,
  skipped: readonly SkippedGroup[],
  exampleMeasure: string | undefined,
  page: Page,
): string {
  const { columns, style } = page;
  const lines = [
    ...paragraph(headline(summary), '', columns).map((line, index) =>
      index === 0 ? style.bold(line) : line,
    ),
    ...optional(fixableLine(summary)).flatMap((line) => paragraph(line, '', columns)),
    ...optional(ignoredLine(summary)).flatMap((line) => paragraph(line, '', columns)),
    ...skippedLines(skipped, page),
  ];
  if (exampleMeasure !== undefined) lines.push(`More about one of them: clawproof explain ${exampleMeasure}`);
  lines.push('', ...paragraph(residualRisk, '', columns).map(style.dim));
  return `${lines.join('\n')}\n`;
}

function headline(summary: AuditSummary): string {
  const total = totalOf(summary.findings);
  const found =
    total === 0 ? 'No findings' : `${plural(total, 'finding')}: ${severityCounts(summary.findings)}`;
  const looked = `${plural(summary.targets, 'deployment')}, ${plural(summary.files, 'file')}`;
  const extra = [
    ...(summary.errors === 0 ? [] : [`${plural(summary.errors, 'thing')} could not be looked at`]),
    ...(summary.warnings === 0 ? [] : [plural(summary.warnings, 'warning')]),
  ];
  return [`${found} in ${looked}`, ...extra].join('; ');
}

function fixableLine({ fixable, findings }: AuditSummary): string | undefined {
  const { safe, unsafe } = fixable;
  if (totalOf(findings) === 0) return undefined;
  if (safe + unsafe === 0) return 'None of them can be fixed by an edit: each says what to do instead';
  if (unsafe === 0) return `${safe} of them fixed by: clawproof fix`;
  if (safe === 0) return `${unsafe} of them fixed by: clawproof fix --unsafe (changes how something works)`;
  return `${safe} of them fixed by: clawproof fix; ${unsafe} more by: clawproof fix --unsafe (changes how something works)`;
}

function ignoredLine({ suppressed, inBaseline }: AuditSummary): string | undefined {
  const parts = [
    ...(suppressed === 0 ? [] : [`${suppressed} suppressed`]),
    ...(inBaseline === 0 ? [] : [`${inBaseline} in the baseline`]),
  ];
  return parts.length === 0 ? undefined : `Not counted: ${parts.join(', ')} (shown by --verbose)`;
}

function skippedLines(groups: readonly SkippedGroup[], { columns, verbose, style }: Page): string[] {
  if (groups.length === 0) return [];
  const measures = new Set(groups.flatMap((group) => group.measures)).size;
  const shown = verbose ? groups : groups.slice(0, MOST_REASONS);
  const more = groups.length - shown.length;
  return [
    ...paragraph(`Not looked at, at least in part: ${plural(measures, 'measure')}`, '', columns),
    ...shown.flatMap(({ reason, measures: names }) =>
      paragraph(
        `${listed(names, verbose ? names.length : MOST_MEASURES)}: ${oneLine(reason)}`,
        '  ',
        columns,
      ).map(style.dim),
    ),
    ...(more > 0 ? [style.dim(`  and ${plural(more, 'more reason')} (--verbose)`)] : []),
  ];
}

function optional(line: string | undefined): string[] {
  return line === undefined ? [] : [line];
}
