import type { AuditProblem, AuditSummary, Finding, TargetReport } from '../../audit/audit-report.ts';
import type { ReportWriter } from '../../audit/report-writer.ts';
import { oneLine, printable } from '../printable.ts';
import { STATE_WORDS } from '../side-words.ts';
import { htmlHead } from './html-head.ts';
import {
  byReason,
  fixSentence,
  kindWords,
  plural,
  residualRisk,
  sentence,
  severities,
  stateOf,
  totalOf,
} from './parts.ts';
import { markupAttribute, markupText } from './xml.ts';

/** One self-contained page without scripts. The summary is written last and shown first. */
export function createHtmlWriter({ version }: { version: string }): ReportWriter {
  return {
    begin: () => `${head}${filters}`,
    target: (report) => targetSection(report),
    end: (summary) => `${summarySection(summary, version)}</main>\n</body>\n</html>\n`,
  };
}

const head = `${htmlHead('clawproof audit')}
<header><h1>clawproof audit</h1></header>
`;

const filters = `<fieldset class="filters"><legend>Show</legend>
${[...severities, 'fixable', 'unfixable', 'others']
  .map((name) => `<label><input type="checkbox" id="show-${name}" checked> ${filterWords(name)}</label>`)
  .join('\n')}
</fieldset>
`;

function filterWords(name: string): string {
  if (name === 'unfixable') return 'without a fix';
  return name === 'others' ? 'suppressed or in the baseline' : name;
}

function targetSection(report: TargetReport): string {
  const facts = [
    kindWords[report.kind],
    plural(report.files.length, 'file'),
    ...(report.openclawVersion === undefined ? [] : [`OpenClaw ${text(report.openclawVersion)}`]),
    plural(report.passed.length, 'measure holds', 'measures hold'),
  ];
  const services = report.services.map(
    ({ name, role, reason }) =>
      `<li><code>${text(name)}</code>: ${role} <span class="quiet">(${text(reason)})</span></li>`,
  );
  return [
    '<section>',
    `<h2>${text(report.name)}</h2>`,
    `<p class="quiet">${facts.join(', ')}</p>`,
    ...(services.length === 0 ? [] : [`<ul>${services.join('')}</ul>`]),
    ...report.errors.map((error) => notice('problem', 'Could not be looked at', error)),
    ...(report.findings.length === 0 && report.errors.length === 0
      ? ['<p class="good">No findings.</p>']
      : []),
    ...report.findings.map((finding) => findingFold(finding)),
    ...report.warnings.map((warning) => notice('warning', 'Warning', warning)),
    ...proofFold(report),
    ...skippedFold(report),
    ...passedFold(report),
    '</section>\n',
  ].join('\n');
}

function findingFold(finding: Finding): string {
  const { severity, measure, detail, fix } = finding;
  const state = stateOf(finding);
  const classes = [
    'finding',
    severity,
    fix.state === 'fixable' ? 'fixable' : 'unfixable',
    ...(state === 'counts' ? [] : ['other']),
  ].join(' ');
  const mark =
    state === 'counts' ? '' : ` <em>${state === 'baseline' ? 'in the baseline' : 'suppressed'}</em>`;
  return `<details class="${classes}"${state === 'counts' ? ' open=""' : ''}>
<summary><span class="badge">${severity}</span><span class="name">${text(sentence(detail))}</span>${mark}</summary>
<div>${excerpt(finding)}
<dl>
<dt>Why</dt><dd>${text(sentence(finding.why))}</dd>
<dt>${fix.state === 'fixable' ? 'Fix' : 'No fix'}</dt><dd>${text(fixSentence(fix))}</dd>
${suppressionItem(finding)}<dt>Must hold</dt><dd>${text(sentence(finding.title))} <code>${text(measure)}</code>${references(finding)}</dd>
</dl></div>
</details>`;
}

/** The place, and its line with the marked part. */
function excerpt({ location }: Finding): string {
  if (location === undefined) return '';
  const { file, line, column, excerpt: lineText, length = 1 } = location.position;
  const place = `<p class="quiet"><code>${text(`${file}:${line}:${column}`)}</code></p>`;
  if (lineText === undefined) return place;
  const [before, marked, after] = cut(lineText, column - 1, length);
  return `${place}\n<pre><code>${code(before)}<mark>${code(marked)}</mark>${code(after)}</code></pre>`;
}

const MOST_BEFORE = 200;
const MOST_MARKED = 400;

/** A line in three parts; a huge one is cut around the marked part. */
function cut(line: string, start: number, length: number): [string, string, string] {
  const from = Math.max(0, start - MOST_BEFORE);
  const end = start + Math.min(length, MOST_MARKED);
  const to = Math.min(line.length, end + MOST_BEFORE);
  return [
    (from > 0 ? '…' : '') + line.slice(from, start),
    line.slice(start, end),
    line.slice(end, to) + (to < line.length ? '…' : ''),
  ];
}

function suppressionItem({ suppression }: Finding): string {
  if (suppression === undefined) return '';
  const { reason, owner, expires, isExpired, position } = suppression;
  const parts = [
    text(reason),
    ...(owner === undefined ? [] : [`by ${text(owner)}`]),
    ...(expires === undefined ? [] : [`${isExpired ? 'expired on' : 'until'} ${text(expires)}`]),
    `<code>${text(`${position.file}:${position.line}`)}</code>`,
  ];
  return `<dt>${isExpired ? 'Suppression expired' : 'Suppressed'}</dt><dd>${parts.join(', ')}</dd>\n`;
}

function references({ references: asked }: Finding): string {
  const parts = [
    ...(asked.cis ?? []).map((id) => `CIS ${id}`),
    ...(asked.nist ?? []).map((id) => `NIST SP 800-190 ${id}`),
    ...(asked.owasp ?? []).map((id) => `OWASP ${id}`),
  ];
  return parts.length === 0 ? '' : ` <span class="quiet">${text(parts.join(', '))}</span>`;
}

function notice(kind: 'problem' | 'warning', title: string, { id, message, position }: AuditProblem): string {
  const place =
    position === undefined
      ? ''
      : ` <code>${text(`${position.file}:${position.line}:${position.column}`)}</code>`;
  return `<div class="notice ${kind}" title="${markupAttribute(id)}"><p><strong>${title}:</strong> ${text(message)}${place}</p></div>`;
}

function skippedFold({ skipped }: TargetReport): string[] {
  if (skipped.length === 0) return [];
  const items = byReason(skipped).map(
    ({ reason, measures }) =>
      `<li>${text(sentence(reason))} <span class="quiet">${text(measures.join(', '))}</span></li>`,
  );
  const measures = new Set(skipped.map(({ measure }) => measure)).size;
  return [
    `<details><summary>Not looked at, at least in part: ${plural(measures, 'measure')}</summary><ul>${items.join('')}</ul></details>`,
  ];
}

/** What files declare, what the engine applied, and what attacks showed. */
function proofFold({ proof }: TargetReport): string[] {
  if (proof === undefined) return [];
  const held = proof.sides.filter(({ proven }) => proven === 'pass').length;
  const rows = proof.sides.map(({ measure, declared, effective, proven, isBroken }) => {
    const cells = [declared, effective, proven].map((state) => `<td>${STATE_WORDS[state]}</td>`);
    return `<tr${isBroken ? ' class="broken"' : ''}><td><code>${text(measure)}</code></td>${cells.join('')}</tr>`;
  });
  return [
    `<details><summary>Attacked on ${text(proof.startedAt.slice(0, 10))}: ${plural(held, 'protection')} held</summary><table><thead><tr><th>Measure</th><th>Files</th><th>Engine</th><th>Attack</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></details>`,
  ];
}

function passedFold({ passed }: TargetReport): string[] {
  if (passed.length === 0) return [];
  const title = plural(passed.length, 'measure holds', 'measures hold');
  return [`<details><summary>${title}</summary><p>${text(passed.join(', '))}</p></details>`];
}

function summarySection(summary: AuditSummary, version: string): string {
  const { fixable, errors, warnings } = summary;
  const numbers = [
    ...severities.map((severity) => number(summary.findings[severity], severity, severity)),
    number(summary.passed, 'hold'),
    number(summary.skipped, 'not looked at'),
    ...(errors > 0 ? [number(errors, errors === 1 ? 'error' : 'errors', 'problem')] : []),
    ...(warnings > 0 ? [number(warnings, warnings === 1 ? 'warning' : 'warnings')] : []),
  ];
  const total = totalOf(summary.findings);
  const { suppressed, inBaseline } = summary;
  const ignored =
    suppressed + inBaseline === 0 ? '' : ` ${suppressed} suppressed, ${inBaseline} in the baseline.`;
  return `<section id="summary" aria-label="Summary">
<p>${total === 0 ? 'No findings' : plural(total, 'finding')} in ${plural(summary.targets, 'deployment')}, ${plural(summary.files, 'file')}.
${fixable.safe} can be fixed safely, ${fixable.unsafe} more with a change in behaviour.${ignored}</p>
<ul class="numbers">${numbers.join('')}</ul>
<p class="quiet">${text(residualRisk)} clawproof ${text(version)}.</p>
</section>
`;
}

function number(count: number, label: string, tone?: string): string {
  const style = tone === undefined || count === 0 ? '' : ` class="${tone}" style="color:var(--tone)"`;
  return `<li${style}><strong>${count}</strong> ${label}</li>`;
}

function text(value: string): string {
  return markupText(oneLine(value));
}

function code(value: string): string {
  return markupText(printable(value.replaceAll('\t', '    ')));
}
