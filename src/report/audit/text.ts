import type { AuditProblem, AuditSummary, Finding, TargetReport } from '../../audit/audit-report.ts';
import type { ReportWriter } from '../../audit/report-writer.ts';
import type { SourcePosition } from '../../errors/app-error.ts';
import type { Severity } from '../../measures/measure.ts';
import { renderExcerpt } from '../excerpt.ts';
import { oneLine } from '../printable.ts';
import { createStyle, type Style } from '../style.ts';
import { labelled, paragraph, type Page } from './page.ts';
import { proofBlock } from './proof-text.ts';
import { fixSentence, groupBy, kindWords, listed, plural, stateOf } from './parts.ts';
import { createSkippedCount, textSummary } from './text-summary.ts';

const DEFAULT_COLUMNS = 100;
const MINIMUM_COLUMNS = 40;
const MAXIMUM_COLUMNS = 200;
const MOST_SERVICES = 6;

export interface TextWriterOptions {
  style?: Style;
  columns?: number;
  verbose?: boolean;
}

/** The report for people at a terminal: worst first, each place with its line, why and fix once for findings of one kind. */
export function createTextWriter(options: TextWriterOptions): ReportWriter {
  const page: Page = {
    style: options.style ?? createStyle(false),
    columns: Math.max(MINIMUM_COLUMNS, Math.min(options.columns ?? DEFAULT_COLUMNS, MAXIMUM_COLUMNS)),
    verbose: options.verbose ?? false,
  };
  const skipped = createSkippedCount();
  let example: string | undefined;
  return {
    begin: () => '',
    target(report) {
      skipped.add(report.skipped);
      example ??= report.findings.find((finding) => stateOf(finding) === 'counts')?.measure;
      return `${targetBlocks(report, page).join('\n\n')}\n\n`;
    },
    end: (summary: AuditSummary) => textSummary(summary, skipped.groups(), example, page),
  };
}

function targetBlocks(report: TargetReport, page: Page): string[] {
  const shown = report.findings.filter((finding) => page.verbose || stateOf(finding) === 'counts');
  const seen = new Set<string>();
  return [
    heading(report, shown.length, page),
    ...(report.proof === undefined ? [] : [proofBlock(report.proof, page)]),
    ...report.errors.map((error) => problemBlock('error', error, page)),
    ...groupBy(shown, (finding) => `${finding.measure} ${stateOf(finding)}`).map((group) =>
      groupBlock(group, seen, page),
    ),
    ...report.warnings.map((warning) => problemBlock('warning', warning, page)),
    ...(page.verbose && report.passed.length > 0 ? [passedBlock(report.passed, page)] : []),
  ];
}

function heading(report: TargetReport, findings: number, page: Page): string {
  const { style, columns } = page;
  const facts = [
    kindWords[report.kind],
    plural(report.files.length, 'file'),
    ...(report.openclawVersion === undefined ? [] : [`OpenClaw ${oneLine(report.openclawVersion)}`]),
  ].join(', ');
  const services = report.services.slice(0, page.verbose ? undefined : MOST_SERVICES);
  const more = report.services.length - services.length;
  const lines = [`${style.bold(oneLine(report.name))}  ${style.dim(facts)}`];
  for (const { name, role, reason } of services)
    lines.push(...paragraph(`${oneLine(name)}: ${role} (${oneLine(reason)})`, '  ', columns).map(style.dim));
  if (more > 0) lines.push(style.dim(`  and ${plural(more, 'more service')}`));
  if (findings === 0 && report.errors.length === 0)
    lines.push(
      `  ${style.green('no findings')}: ${plural(report.passed.length, 'measure holds', 'measures hold')}`,
    );
  return lines.join('\n');
}

/** Findings of one measure. The fix stands behind each one only where they differ in it. */
function groupBlock(group: readonly Finding[], seen: Set<string>, page: Page): string {
  const { style } = page;
  const [first] = group;
  if (first === undefined) return '';
  const state = stateOf(first);
  const mark =
    state === 'counts' ? '' : style.dim(state === 'baseline' ? '  in the baseline' : '  suppressed');
  const lines = [`${severityMark(first.severity, style)}  ${style.bold(first.measure)}${mark}`];
  const fixes = group.map((finding) => fixSentence(finding.fix));
  const isOneFix = new Set(fixes).size === 1;
  group.forEach((finding, index) => {
    lines.push(...detailLines(finding, seen, page));
    lines.push(...suppressionLines(finding, page));
    if (!isOneFix) lines.push(...fixLines(finding, fixes[index] ?? '', '    ', page));
  });
  lines.push(...labelled('why', oneLine(first.why), '  ', page));
  if (isOneFix) lines.push(...fixLines(first, fixes[0] ?? '', '  ', page));
  return lines.join('\n');
}

function fixLines(finding: Finding, text: string, indent: string, page: Page): string[] {
  return labelled(finding.fix.state === 'fixable' ? 'fix' : 'no fix', oneLine(text), indent, page);
}

/** What is wrong, and the line with its marker; once a line was shown in this target, only its number. */
function detailLines({ detail, location }: Finding, seen: Set<string>, page: Page): string[] {
  const text = oneLine(detail);
  if (location === undefined) return paragraph(text, '  ', page.columns);
  const { file, line, column, length } = location.position;
  const place = `${file}:${line}:${column}`;
  const id = `${place}:${length ?? 0}`;
  if (seen.has(id)) return paragraph(`${text} (${oneLine(place)})`, '  ', page.columns);
  seen.add(id);
  return [...paragraph(text, '  ', page.columns), ...excerptLines(location.position, page)];
}

function suppressionLines({ suppression }: Finding, page: Page): string[] {
  if (suppression === undefined) return [];
  const { reason, owner, expires, isExpired, position } = suppression;
  const by = owner === undefined ? '' : `, by ${owner}`;
  const until = expires === undefined ? '' : `, ${isExpired ? 'ended on' : 'until'} ${expires}`;
  const text = `${isExpired ? 'its suppression' : 'suppressed'} in ${position.file}:${position.line}${by}${until}: ${reason}`;
  return paragraph(oneLine(text), '    ', page.columns).map(page.style.yellow);
}

function problemBlock(kind: 'error' | 'warning', problem: AuditProblem, page: Page): string {
  const { style, columns } = page;
  const mark = kind === 'error' ? style.red(style.bold(kind)) : style.yellow(kind);
  return [
    `${mark}  ${style.bold(oneLine(problem.id))}`,
    ...paragraph(oneLine(problem.message), '  ', columns),
    ...(problem.position === undefined ? [] : excerptLines(problem.position, page)),
  ].join('\n');
}

function passedBlock(passed: readonly string[], { style, columns }: Page): string {
  return [style.green('hold'), ...paragraph(listed(passed, passed.length), '  ', columns)].join('\n');
}

function excerptLines(position: SourcePosition, { style, columns }: Page): string[] {
  return renderExcerpt(position, { style, columns: columns - 2 }).map((line) => `  ${line}`);
}

function severityMark(severity: Severity, style: Style): string {
  const colour = { critical: style.red, high: style.red, medium: style.yellow, low: style.cyan }[severity];
  return severity === 'critical' ? colour(style.bold(severity)) : colour(severity);
}
