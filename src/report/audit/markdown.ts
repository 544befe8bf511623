import type {
  AuditProblem,
  AuditSummary,
  Finding,
  TargetProof,
  TargetReport,
} from '../../audit/audit-report.ts';
import type { ReportWriter } from '../../audit/report-writer.ts';
import { renderExcerpt } from '../excerpt.ts';
import { markdownCellCode, markdownCode, markdownFence, markdownText } from './markdown-text.ts';
import {
  byReason,
  fixLabel,
  fixSentence,
  groupBy,
  plural,
  residualRisk,
  sentence,
  severityCounts,
  stateOf,
  totalOf,
} from './parts.ts';
import { markupText } from './xml.ts';

const COLUMNS = 100;

/** GitHub takes no comment of more than 65,536 characters; this is what the deployments may have of them. */
const ROOM = 62_000;

/** After so many that did not fit, nobody looks for a smaller one. */
const MOST_TRIES = 50;

/**
 * Markdown for a comment on a change: a table of the findings, and each one in full behind a fold. What would not fit
 * into one comment is left out, and said so.
 */
export function createMarkdownWriter({ version }: { version: string }): ReportWriter {
  let used = 0;
  let shortened = 0;
  let leftOut = 0;
  return {
    begin: () => '# clawproof audit\n\n',
    target(report) {
      for (const isFull of leftOut < MOST_TRIES ? [true, false] : []) {
        const text = `${targetBlocks(report, isFull).join('\n\n')}\n\n`;
        if (used + text.length > ROOM) continue;
        used += text.length;
        if (!isFull) shortened += 1;
        return text;
      }
      leftOut += 1;
      return '';
    },
    end(summary) {
      const limits = [
        ...(shortened === 0
          ? []
          : [`${plural(shortened, 'deployment is', 'deployments are')} shown without details`]),
        ...(leftOut === 0 ? [] : [`${plural(leftOut, 'deployment is', 'deployments are')} left out`]),
      ];
      const note = limits.length === 0 ? [] : [`${limits.join(', ')}: a comment has no room for more.`];
      return `${[...summaryBlocks(summary), ...note, residualRisk, markdownText(`clawproof ${version}`)].join('\n\n')}\n`;
    },
  };
}

function proofLine({ startedAt, sides }: TargetProof): string {
  const held = sides.filter(({ proven }) => proven === 'pass').length;
  const broken = sides.filter(({ isBroken }) => isBroken).map(({ measure }) => `\`${measure}\``);
  const but = broken.length === 0 ? '' : ` Declared, but not so: ${broken.join(', ')}.`;
  return `Attacked on ${startedAt.slice(0, 10)}: ${plural(held, 'protection')} held.${but}`;
}

/** `isFull` = with each finding in full and what was not looked at, not only the table. */
function targetBlocks(report: TargetReport, isFull: boolean): string[] {
  const counting = report.findings.filter((finding) => stateOf(finding) === 'counts');
  const others = report.findings.filter((finding) => stateOf(finding) !== 'counts');
  const blocks = [
    `## ${markdownText(report.name)}`,
    ...problemBlocks('Could not be looked at', report.errors),
    counting.length === 0
      ? `No findings. ${plural(report.passed.length, 'measure holds', 'measures hold')}.`
      : tableOf(counting),
  ];
  if (!isFull) return blocks;
  return [
    ...blocks,
    ...(report.proof === undefined ? [] : [proofLine(report.proof)]),
    ...groupBy(counting, (finding) => finding.measure).map((group) => measureFold(group)),
    ...(others.length === 0 ? [] : [fold(`${others.length} not counted`, othersList(others))]),
    ...problemBlocks('Warnings', report.warnings),
    ...(report.skipped.length === 0 ? [] : [fold('Not looked at', skippedList(report))]),
  ];
}

function tableOf(findings: readonly Finding[]): string {
  const rows = findings.map(({ severity, measure, detail, location, fix }) => {
    const place =
      location === undefined ? '' : markdownCellCode(`${location.file}:${location.position.line}`);
    return `| ${severity} | ${measure} | ${markdownText(detail)} | ${place} | ${fixLabel(fix)} |`;
  });
  return [
    '| severity | measure | what is wrong | where | fix |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function measureFold(group: readonly Finding[]): string {
  const [first] = group;
  if (first === undefined) return '';
  const body = [
    markdownText(sentence(first.why)),
    ...group.map((finding) => findingItem(finding)),
    `More: ${markdownCode(`clawproof explain ${first.measure}`)}`,
  ].join('\n\n');
  return fold(`${first.severity}: ${first.measure} (${plural(group.length, 'finding')})`, body);
}

function findingItem({ detail, location, fix, suppression }: Finding): string {
  const mend = `${fix.state === 'fixable' ? 'Fix' : 'No fix'}: ${markdownText(fixSentence(fix))}`;
  const expired =
    suppression === undefined
      ? []
      : [
          `Its suppression expired on ${markdownText(suppression.expires ?? '')}: ${markdownText(suppression.reason)}`,
        ];
  const excerpt =
    location === undefined ? [] : [markdownFence(renderExcerpt(location.position, { columns: COLUMNS }))];
  return [`**${markdownText(sentence(detail))}**`, ...excerpt, mend, ...expired].join('\n\n');
}

function othersList(findings: readonly Finding[]): string {
  return findings
    .map((finding) => {
      const reason =
        stateOf(finding) === 'baseline'
          ? 'in the baseline'
          : `suppressed: ${markdownText(finding.suppression?.reason ?? '')}`;
      return `- ${finding.measure}: ${markdownText(finding.detail)} (${reason})`;
    })
    .join('\n');
}

function skippedList({ skipped }: TargetReport): string {
  return byReason(skipped)
    .map(({ reason, measures }) => `- ${measures.join(', ')}: ${markdownText(reason)}`)
    .join('\n');
}

function problemBlocks(title: string, problems: readonly AuditProblem[]): string[] {
  if (problems.length === 0) return [];
  const items = problems.map(({ id, message, position }) => {
    const place = position === undefined ? '' : ` (${markdownCode(`${position.file}:${position.line}`)})`;
    return `- **${markdownText(id)}**: ${markdownText(message)}${place}`;
  });
  return [`### ${title}`, items.join('\n')];
}

function summaryBlocks(summary: AuditSummary): string[] {
  const total = totalOf(summary.findings);
  const { safe, unsafe } = summary.fixable;
  const facts = [
    total === 0 ? 'No findings' : `${plural(total, 'finding')} (${severityCounts(summary.findings)})`,
    `${safe} with a safe fix, ${unsafe} with an unsafe one`,
    plural(summary.passed, 'measure holds', 'measures hold'),
    `${summary.skipped} not looked at`,
    plural(summary.errors, 'error'),
    `${summary.suppressed} suppressed, ${summary.inBaseline} in the baseline`,
  ];
  return ['## Summary', `${facts.join('; ')}.`];
}

function fold(title: string, body: string): string {
  return `<details>\n<summary>${markupText(title)}</summary>\n\n${body}\n\n</details>`;
}
