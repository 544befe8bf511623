import type { Measure, References, Severity } from '../measures/measure.ts';
import type { Impact, Precondition } from '../measures/severity.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';
import { terminalMarkdown } from './terminal-markdown.ts';
import { wrapText } from './wrap.ts';

export interface ExplainPage {
  style: Style;
  columns: number;
}

const NEEDS: Record<Precondition, string> = {
  reach: 'nothing but a connection to the published port',
  agent: 'to steer the agent by a message, a web page or a skill',
  local: 'an account, process or container on the same host',
  'second-flaw': 'another flaw or fault first',
};

const GAINS: Record<Impact, string> = {
  host: 'the host or other containers',
  gateway: 'the gateway, its credentials and conversations',
  exposure: 'some data, or a new way in or out of the network',
  outage: 'to stop the service, or its ability to recover or to tell what happened',
};

const REFERENCES: readonly [keyof References, string][] = [
  ['cis', 'CIS Docker Benchmark'],
  ['nist', 'NIST SP 800-190'],
  ['owasp', 'OWASP'],
  ['openclaw', 'OpenClaw security audit'],
  ['scanners', 'other scanners'],
];

const MOST_COLUMNS = 100;

/** How the severity of a measure comes about: it is looked up in a table, not felt. */
export function severityReason({ severity, risk }: Measure): string {
  return `${severity}: whoever makes use of it needs ${NEEDS[risk.precondition]}, and gains ${GAINS[risk.impact]}.`;
}

/** Whether an edit of a file can repair it, in a sentence or two. */
export function fixReason(measure: Measure): string {
  if (measure.fix)
    return 'clawproof fix repairs it in the files where that can be done, and says why where it cannot.';
  return `No edit of a file repairs it. ${measure.noFix ?? 'Its page says what to do instead.'}`;
}

/** The page of one measure: its README, and what else is known of it. */
export function explainText(measure: Measure, readme: string, page: ExplainPage): string {
  const columns = Math.min(page.columns, MOST_COLUMNS);
  const { style } = page;
  const [title = '', ...blocks] = terminalMarkdown(readme, { style, columns });
  const facts: [string, string][] = [
    ['measure', measure.id],
    ['severity', severityReason(measure)],
    ['fix', fixReason(measure)],
    ['asked for by', `rows ${measure.rows.join(', ')}`],
    ...REFERENCES.flatMap(([key, name]): [string, string][] => {
      const ids = measure.references[key] ?? [];
      return ids.length === 0 ? [] : [['', `${name}: ${ids.join(', ')}`]];
    }),
  ];
  return `${[title, factLines(facts, { style, columns }), ...blocks].join('\n\n')}\n`;
}

function factLines(facts: readonly [string, string][], { style, columns }: ExplainPage): string {
  const width = Math.max(...facts.map(([label]) => label.length)) + 2;
  return facts
    .flatMap(([label, text]) =>
      wrapText(text, columns - width).map(
        (line, index) => style.dim((index === 0 ? label : '').padEnd(width)) + line,
      ),
    )
    .join('\n');
}

/** One measure as data, for `--json`. */
export function explainData(measure: Measure, readme?: string): Record<string, unknown> {
  const { id, title, severity, risk, rows, references, why } = measure;
  return {
    id,
    title,
    severity,
    risk,
    why,
    rows,
    references,
    fixable: measure.fix !== undefined,
    ...(measure.fix === undefined && measure.noFix !== undefined ? { noFix: measure.noFix } : {}),
    ...(readme === undefined ? {} : { readme }),
  };
}

const ORDER: Record<Severity, number> = { critical: 0, high: 1, medium: 2, low: 3 };

/** All measures, worst first. */
export function measureTable(measures: readonly Measure[], { style, columns }: ExplainPage): string {
  const rows = measures
    .toSorted((a, b) => ORDER[a.severity] - ORDER[b.severity] || (a.id < b.id ? -1 : 1))
    .map((measure) => [measure.severity, measure.id, measure.fix ? 'yes' : 'no', measure.title]);
  const heads = [
    { title: 'severity' },
    { title: 'measure' },
    { title: 'fix' },
    { title: 'holds when', shrink: true },
  ];
  return `${table(heads, rows, { width: columns, heading: style.dim })}\n${measures.length} measures. One of them in full: clawproof explain <measure>\n`;
}
