import type {
  DetonationEvent,
  DetonationFinding,
  DetonationReport,
  FindingSeverity,
  Verdict,
} from '../prove/detonate/detonation.ts';
import { oneLine as printable } from './printable.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

const VERDICTS: Readonly<Record<Verdict, string>> = {
  malicious: 'malicious: do not install it',
  suspicious: 'suspicious: a person has to look at what is listed here',
  'nothing-noticed': 'nothing noticed',
  incomplete: 'incomplete: not all could be tried or seen, and nothing was noticed in the rest',
};

/** What no run of a few minutes can see; said with every result. */
export const CANNOT_SEE = [
  'what waits for a date, a word, another user or a longer run',
  'what looks whether it is watched, and behaves',
  'what only a real answer of its server would set off: the canary answers everything with little',
  'what a clever model would make of hints: the scripted one follows commands and plain requests only',
] as const;

const MOST_EVENTS = 40;

/** `clawproof skills detonate` for people. @param verbose the whole timeline, all steps */
export function detonateText(
  report: DetonationReport,
  style: Style,
  width: number,
  verbose: boolean,
): string {
  return [
    headSection(report, style),
    findingsSection(report.findings, style, verbose),
    stepsSection(report, style),
    timelineSection(report.timeline, style, width, verbose),
    limitsSection(report, style),
  ]
    .filter((section) => section !== '')
    .join('\n');
}

function headSection(
  { skill, image, verdict, steps, durationMs, offered }: DetonationReport,
  style: Style,
): string {
  const done = steps.filter(({ end }) => end === 'done' || end === 'failed').length;
  const lines = [
    `${style.bold(printable(skill.name))}: ${colourOf(verdict, style)(VERDICTS[verdict])}`,
    style.dim(
      `${skill.files} files, sha256 ${skill.sha256.slice(0, 16)}…, used in a twin of ${printable(image.reference)}; ${done} of ${steps.length} steps done in ${Math.round(durationMs / 1000)} s`,
    ),
    ...(offered === false
      ? [
          style.dim(
            'OpenClaw itself would not offer this skill to its agent here; its steps were made anyway.',
          ),
        ]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

function colourOf(verdict: Verdict, style: Style): (text: string) => string {
  if (verdict === 'malicious') return style.red;
  return verdict === 'nothing-noticed' ? style.green : style.yellow;
}

const SEVERITY_WORDS: Readonly<Record<FindingSeverity, string>> = {
  malicious: 'MALICIOUS ',
  suspicious: 'SUSPICIOUS',
  note: 'note      ',
};

function findingsSection(findings: readonly DetonationFinding[], style: Style, verbose: boolean): string {
  const colours = { malicious: style.red, suspicious: style.yellow, note: style.dim };
  const shown = verbose ? 50 : 4;
  const lines = findings.flatMap(({ severity, title, evidence, at }) => [
    `${colours[severity](SEVERITY_WORDS[severity])} ${style.bold(title)}${at === undefined ? '' : style.dim(`  ${printable(at)}`)}`,
    ...evidence.slice(0, shown).map((each) => `             ${printable(each)}`),
    ...(evidence.length > shown ? [style.dim(`             and ${evidence.length - shown} more`)] : []),
  ]);
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** Only what was not done: the others are in the timeline. */
function stepsSection({ steps }: DetonationReport, style: Style): string {
  const words: Record<string, string> = {
    'missing-program': 'a program is missing',
    refused: 'OpenClaw refused it',
    'not-made': 'there was no time for it',
  };
  const open = steps.filter(({ end }) => words[end] !== undefined);
  if (open.length === 0) return '';
  const lines = open.map(
    ({ file, line, end, missing }) =>
      `  ${printable(file)}:${line}  ${words[end]}${missing.length === 0 ? '' : ` (${missing.join(', ')})`}`,
  );
  return `${style.yellow('Not done')}\n${lines.join('\n')}\n`;
}

function timelineSection(
  timeline: readonly DetonationEvent[],
  style: Style,
  width: number,
  verbose: boolean,
): string {
  const kept = verbose ? timeline : timeline.slice(0, MOST_EVENTS);
  if (kept.length === 0) return '';
  const rows = kept.map(({ atMs, kind, text }) => [`${(atMs / 1000).toFixed(1)} s`, kind, printable(text)]);
  const columns = [{ title: 'after' }, { title: 'what' }, { title: '', shrink: true }];
  const more =
    timeline.length > kept.length
      ? style.dim(`${timeline.length - kept.length} more: --verbose or --json\n`)
      : '';
  return `${table(columns, rows, { width, heading: style.dim })}${more}`;
}

function limitsSection({ limits, canary }: DetonationReport, style: Style): string {
  const own = limits.map((each) => `  - ${printable(each)}`);
  return [
    style.dim(
      `The canary answered every name and every address, on ${canary.tcpPorts} TCP ports; ${canary.records} visits.`,
    ),
    ...(own.length === 0 ? [] : ['In this run:', ...own]),
    'No detonation sees:',
    ...CANNOT_SEE.map((each) => `  - ${each}`),
    '',
  ].join('\n');
}
