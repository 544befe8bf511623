import type {
  EvidenceState,
  MeasureEvidence,
  ProbeResult,
  ProofReport,
  RingResult,
} from '../../prove/proof-report.ts';
import { fixSentence, plural, sentence } from '../audit/parts.ts';
import { duration } from '../duration.ts';
import { oneLine } from '../printable.ts';
import type { Style } from '../style.ts';
import { textWidth } from '../width.ts';
import { wrapText } from '../wrap.ts';
import { STATE_WORDS } from '../side-words.ts';
import { ownSentence, RING_TITLES } from './words.ts';

export interface ProofTextOptions {
  style: Style;
  /** Columns of the terminal. */
  columns: number;
  /** Also what each attempt showed where it went as it must. */
  verbose: boolean;
}

const NARROWEST = 60;
const WIDEST = 120;
const INDENT = '        ';

/** One ring, printed as soon as it is done. Ends with a line end. */
export function ringText(
  ring: RingResult,
  probes: readonly ProbeResult[],
  options: ProofTextOptions,
): string {
  const { style } = options;
  const title = style.bold(RING_TITLES[ring.ring]);
  if (ring.state !== 'ran') {
    const why = wrapped(INDENT, ownSentence(ring.reason ?? ''), options);
    return ['', `${title}  ${style.yellow('not proved')}`, ...why, ''].join('\n');
  }
  const held = probes.filter(({ state }) => state === 'pass').length;
  const tried = probes.filter(({ state }) => state !== 'skipped').length;
  const times = [
    duration(ring.durationMs),
    ...(ring.controlsMs === undefined ? [] : [`controls ${duration(ring.controlsMs)}`]),
  ];
  const heading = `${title}  ${held} of ${plural(tried, 'attack')} stopped ${style.dim(`(${times.join(', ')})`)}`;
  return ['', heading, ...allProbeLines(probes, options), ''].join('\n');
}

/** What several have in common, a reason or a fix, is said once: behind the last one, with the first one. */
function allProbeLines(probes: readonly ProbeResult[], options: ProofTextOptions): string[] {
  const fixes = new Set<string>();
  return probes.flatMap((probe, index) => {
    const { state, observed, finding } = probe;
    const next = probes[index + 1];
    const isSame = state === 'skipped' && next?.state === 'skipped' && next.observed === observed;
    const fix = finding && JSON.stringify([finding.measure, finding.fix]);
    const isKnown = state === 'fail' && fix !== undefined && fixes.has(fix);
    if (fix !== undefined) fixes.add(fix);
    return probeLines(probe, options, { isReasonBelow: isSame, isFixAbove: isKnown });
  });
}

interface Shared {
  /** The next one says it. */
  isReasonBelow: boolean;
  /** An earlier one of this ring said it. */
  isFixAbove: boolean;
}

function probeLines(probe: ProbeResult, options: ProofTextOptions, shared: Shared): string[] {
  const { style } = options;
  const control = controlNote(probe);
  const lines = wrapped(
    `  ${mark(probe, style)}  `,
    `${oneLine(probe.title)}${control === '' ? '' : ` (${control})`}`,
    options,
  );
  if (probe.state === 'fail') return [...lines, ...failedLines(probe, options, shared)];
  if (shared.isReasonBelow) return lines;
  const isSeen = probe.control.state !== 'missed' && probe.control.state !== 'error';
  if (probe.state === 'pass' && !options.verbose && isSeen) return lines;
  return [...lines, ...wrapped(INDENT, observedText(probe), options).map(style.dim)];
}

/** What was seen; of a pass without a control that counts, what became of the control. */
function observedText({ state, observed, control }: ProbeResult): string {
  const seen = ownSentence(observed);
  const isOpen = state === 'pass' && (control.state === 'missed' || control.state === 'error');
  if (!isOpen || control.observed === undefined) return seen;
  return `${seen} Where it is missing (${oneLine(control.title)}): ${sentence(oneLine(control.observed))}`;
}

function failedLines(probe: ProbeResult, options: ProofTextOptions, { isFixAbove }: Shared): string[] {
  const { style } = options;
  const { finding } = probe;
  const [measure] = probe.measures;
  const place = finding?.location?.position;
  const at = place && style.cyan(`${oneLine(place.file)}:${place.line}:${place.column}`);
  const lines = [
    ...wrapped(INDENT, observedText(probe), options),
    ...wrapped(INDENT, sentence(oneLine(probe.why)), options).map(style.dim),
  ];
  if (finding !== undefined && isFixAbove)
    return [
      ...lines,
      `${INDENT}${at === undefined ? '' : `${at} `}${oneLine(finding.measure)}: the fix stands above`,
    ];
  return [
    ...lines,
    ...(finding === undefined || at === undefined ? [] : [`${INDENT}${at} ${oneLine(finding.measure)}`]),
    ...(finding === undefined ? [] : wrapped(INDENT, `Fix: ${oneLine(fixSentence(finding.fix))}`, options)),
    ...(measure === undefined ? [] : [`${INDENT}${style.dim(`clawproof explain ${measure}`)}`]),
  ];
}

function mark({ state, control }: ProbeResult, style: Style): string {
  if (state === 'fail') return style.red('✖');
  if (state === 'error') return style.red('?');
  if (state === 'skipped') return style.yellow('-');
  return control.state === 'missed' || control.state === 'error' ? style.red('?') : style.green('✔');
}

/** What has to be said of the control beside the title; nothing when it was seen, or was not asked for. */
function controlNote({ control, state }: ProbeResult): string {
  if (state === 'skipped') return '';
  if (control.state === 'missed')
    return 'proves nothing: the attack also failed where the protection is missing';
  if (control.state === 'error') return 'its control could not be run';
  if (control.state === 'skipped') return 'without a control here';
  return control.state === 'seen' ? 'control seen' : '';
}

/** What stands behind the rings: what is broken, the verdict, what remains. Ends with a line end. */
export function proofEndText(report: ProofReport, options: ProofTextOptions): string {
  const { style } = options;
  const broken = report.measures.filter(({ isBroken }) => isBroken);
  return [
    ...(broken.length === 0
      ? []
      : [
          '',
          style.red(style.bold('Declared, but not so')),
          ...broken.flatMap((measure) => brokenLines(measure, options)),
        ]),
    '',
    ...verdictLines(report, options),
    '',
    style.bold('What remains'),
    ...report.residual.flatMap((risk) => wrapped('  - ', risk, options)),
    '',
  ].join('\n');
}

function brokenLines(measure: MeasureEvidence, options: ProofTextOptions): string[] {
  const { style } = options;
  const side = (name: string, { state }: EvidenceState): string => `${name}: ${STATE_WORDS[state]}`;
  const sides = [
    side('files', measure.declared),
    side('engine', measure.effective),
    side('attack', measure.proven),
  ];
  return [
    ...wrapped(`  ${style.red('✖')}  `, `${measure.title} (${measure.measure})`, options),
    `${INDENT}${sides.join(' · ')}`,
    ...wrapped(INDENT, ownSentence(measure.proven.detail ?? ''), options),
  ];
}

function verdictLines(report: ProofReport, options: ProofTextOptions): string[] {
  const { style } = options;
  const { summary, rings, durationMs, id } = report;
  const { pass, fail, skipped, error } = summary;
  const counts = [
    `${plural(pass, 'attack')} stopped (✔)`,
    ...(fail > 0 ? [`${fail} succeeded (✖)`] : []),
    ...(error > 0 ? [`${error} could not be tried (?)`] : []),
    ...(skipped > 0 ? [`${skipped} skipped (-)`] : []),
  ].join(', ');
  const verdict = {
    holds: style.green(style.bold('It holds.')),
    broken: style.red(style.bold('It does not hold.')),
    incomplete: style.yellow(style.bold('Not everything could be proved.')),
  }[summary.verdict];
  const open = rings.filter(({ state }) => state === 'error').map(({ ring }) => ring);
  const them = open.length === 1 ? 'it was' : 'they were';
  return [
    verdict,
    ...wrapped('  ', `${counts}; ${controlCounts(report)}.`, options),
    ...(open.length === 0
      ? []
      : wrapped('  ', `Nothing is known of the ${open.join(' and the ')}: ${them} not proved.`, options).map(
          style.yellow,
        )),
    `  ${style.dim(`${duration(durationMs)}, proof ${id}`)}`,
  ];
}

function controlCounts({ summary: { controls }, rings, probes }: ProofReport): string {
  if (rings.every(({ controlsMs }) => controlsMs === undefined)) return 'controls were not run (--controls)';
  const without = probes.filter(({ state, control }) => state === 'pass' && control.state === 'skipped');
  return [
    `${plural(controls.seen, 'control')} seen`,
    ...(controls.missed > 0 ? [`${controls.missed} missed`] : []),
    ...(without.length > 0 ? [`${without.length} not possible here`] : []),
  ].join(', ');
}

/** A paragraph behind a first column, further lines under its beginning. */
function wrapped(first: string, text: string, { columns }: ProofTextOptions): string[] {
  const margin = textWidth(first);
  const width = Math.min(Math.max(columns, NARROWEST), WIDEST) - margin;
  return wrapText(text, width).map((line, index) => `${index === 0 ? first : ' '.repeat(margin)}${line}`);
}
