import type { Finding } from '../operate/diagnose/case.ts';
import type { DiagnosisReport } from '../operate/diagnose/diagnose.ts';
import type { DiagnosisVerdict } from '../operate/diagnose/verdict.ts';
import type { Style } from './style.ts';
import { wrapText } from './wrap.ts';

const WIDEST = 100;
/** More of the same is not clearer. */
const MOST_EVIDENCE = 8;

/** `clawproof diagnose` for people: what is wrong, why, what shows it, what mends it; and what was looked at. */
export function diagnoseText(
  report: DiagnosisReport & { background: readonly string[] },
  verdict: DiagnosisVerdict,
  style: Style,
  columns: number,
): string {
  const width = Math.min(columns, WIDEST);
  const found = report.cases.filter(({ state }) => state === 'found');
  const count = found.reduce((sum, { findings }) => sum + findings.length, 0);
  const parts = found.flatMap(({ id, title, findings }) =>
    findings.map((finding) => findingText(id, title, finding, style, width)),
  );
  return `${[headline(report, verdict, count, style), ...parts, looked(report, style, width)].join('\n\n')}\n`;
}

function headline(report: DiagnosisReport, verdict: DiagnosisVerdict, count: number, style: Style): string {
  const where = style.dim(`${report.name}, ${report.target}; logs since ${report.since}`);
  if (verdict === 'nothing') return `${style.green('Nothing found')}\n${where}`;
  if (verdict === 'incomplete')
    return `${style.yellow('Nothing found in what could be looked at')}\n${where}`;
  if (verdict === 'not-there') return `${style.yellow('Nothing runs here')}\n${where}`;
  return `${style.red(`${count} ${count === 1 ? 'thing' : 'things'} found`)}\n${where}`;
}

function findingText(
  id: string,
  title: string,
  { cause, evidence, fix }: Finding,
  style: Style,
  width: number,
): string {
  const lines = [`${style.bold(title)} ${style.dim(`[${id}]`)}`, ...indent(wrapText(cause, width - 2), 2)];
  const shown = evidence.slice(0, MOST_EVIDENCE);
  lines.push(`  ${style.dim('Seen')}`);
  for (const { from, text } of shown)
    lines.push(...indent([style.dim(`${from}:`)], 4), ...indent(wrapText(text, width - 6), 6));
  if (evidence.length > shown.length)
    lines.push(`    ${style.dim(`and ${evidence.length - shown.length} more (--json)`)}`);
  lines.push(`  ${style.dim('What to do')}`);
  for (const line of fix)
    lines.push(
      ...(line.startsWith('  ')
        ? [`      ${style.cyan(line.trim())}`]
        : indent(wrapText(line, width - 4), 4)),
    );
  return lines.join('\n');
}

function looked(
  report: DiagnosisReport & { background: readonly string[] },
  style: Style,
  width: number,
): string {
  const clean = report.cases.filter(({ state }) => state === 'nothing').length;
  const lines = wrapText(
    `Looked at: ${report.looked.join(', ')}. ${clean} of ${report.cases.length} kinds of trouble were ruled out.`,
    width,
  );
  if (report.background.length > 0)
    lines.push(
      ...wrapText(
        `Refused on purpose, and not needed: ${report.background.join(', ')} (OpenClaw's own telemetry, catalogues and the like).`,
        width,
      ),
    );
  const skipped = report.cases.filter(({ state }) => state === 'skipped');
  if (skipped.length > 0)
    lines.push(...wrapText(`Not ruled out: ${skipped.map(({ id }) => id).join(', ')}.`, width));
  for (const reason of new Set(report.skipped.map((each) => each.reason))) {
    const what = report.skipped.filter((each) => each.reason === reason).map((each) => each.what);
    lines.push(...wrapText(`Could not look at ${[...new Set(what)].join(', ')}: ${reason}`, width));
  }
  return lines.map((line) => style.dim(line)).join('\n');
}

function indent(lines: readonly string[], by: number): string[] {
  return lines.map((line) => `${' '.repeat(by)}${line}`);
}
