import type { MendResult, UnfixedFinding } from '../mend/mend-result.ts';
import type { FixedTarget, FixResult } from '../mend/run-fix.ts';
import type { UndoResult } from '../mend/undo.ts';
import type { VerifyResult } from '../mend/verify/verify-result.ts';
import type { Severity } from '../measures/measure.ts';
import { paragraph, type Page } from './audit/page.ts';
import { listed, plural, sentence } from './audit/parts.ts';
import { duration } from './duration.ts';
import { oneLine } from './printable.ts';
import type { Style } from './style.ts';

const MINIMUM_COLUMNS = 40;
const MAXIMUM_COLUMNS = 120;
const MOST_SERVICES = 6;

export interface FixTextOptions {
  style: Style;
  columns: number;
  /** True when --write was given. */
  write: boolean;
  /** The command as the user gave it, for the one that comes next: "clawproof fix compose.yaml". */
  command: string;
}

/** What was repaired, what needs --unsafe, and what no edit repairs and why; it goes to stderr, the diff to stdout. */
export function fixText(result: FixResult, options: FixTextOptions): string {
  const columns = Math.max(MINIMUM_COLUMNS, Math.min(options.columns, MAXIMUM_COLUMNS));
  const page: Page = { style: options.style, columns, verbose: false };
  const blocks = result.targets.flatMap((target) => targetBlocks(target, page));
  return `${[...blocks, ...nextSteps(result, options, page)].join('\n\n')}\n`;
}

function targetBlocks(target: FixedTarget, page: Page): string[] {
  const of = (reason: UnfixedFinding['reason']): UnfixedFinding[] =>
    target.unfixed.filter((unfixed) => unfixed.reason === reason);
  return [
    heading(target, page),
    ...target.errors.map(({ message }) => block(page.style.red('error'), oneLine(message), page)),
    ...section(
      target.backup === undefined ? 'Would be repaired' : 'Repaired',
      fixedLines(target, page),
      page,
    ),
    ...section('Needs --unsafe', unfixedLines(of('unsafe'), page), page),
    ...section('No edit repairs it', unfixedLines(of('not-fixable'), page), page),
    ...section(
      'Left out because of an error in clawproof; please report it',
      unfixedLines(of('failed'), page),
      page,
    ),
    ...(target.verification ? [verificationText(target.verification, page)] : []),
    ...(target.unexpected === undefined
      ? []
      : [
          block(
            page.style.red('error'),
            `After writing, the audit found what it should not: ${oneLine(target.unexpected)}`,
            page,
          ),
        ]),
  ];
}

function heading({ name, fixed, unfixed, backup }: FixedTarget, { style }: Page): string {
  const total = fixed.length + unfixed.length;
  const what =
    total === 0
      ? style.green('nothing to repair')
      : `${fixed.length} of ${plural(total, 'finding')} ${backup === undefined ? 'can be repaired' : 'repaired'}`;
  return `${style.bold(oneLine(name))}  ${what}`;
}

function section(title: string, lines: readonly string[], { style, columns }: Page): string[] {
  if (lines.length === 0) return [];
  return [[...paragraph(title, '', columns).map(style.bold), ...lines].join('\n')];
}

function fixedLines({ fixed }: MendResult, page: Page): string[] {
  return fixed.flatMap(({ finding, title, effect }) => [
    ...lead(finding.severity, finding.measure, sentence(oneLine(title)), page),
    ...(effect === undefined ? [] : paragraph(oneLine(effect), '            ', page.columns)),
  ]);
}

function unfixedLines(unfixed: readonly UnfixedFinding[], page: Page): string[] {
  return unfixed.flatMap(({ finding, title, why }) => [
    ...lead(finding.severity, finding.measure, sentence(oneLine(title ?? finding.detail)), page),
    ...paragraph(sentence(oneLine(why)), '            ', page.columns).map(page.style.dim),
  ]);
}

function lead(severity: Severity, measure: string, text: string, { style, columns }: Page): string[] {
  const label = `  ${severity.padEnd(8)}  `;
  const [first = '', ...rest] = paragraph(`${text} (${measure})`, ' '.repeat(label.length), columns);
  return [coloured(severity, label, style) + first.slice(label.length), ...rest];
}

function coloured(severity: Severity, label: string, style: Style): string {
  if (severity === 'critical' || severity === 'high') return style.red(label);
  return severity === 'medium' ? style.yellow(label) : style.dim(label);
}

function block(label: string, text: string, { columns }: Page): string {
  return [label, ...paragraph(text, '  ', columns)].join('\n');
}

function verificationText(result: VerifyResult, page: Page): string {
  const { style } = page;
  if (result.state === 'healthy') {
    const services = listed(result.services.map(oneLine), MOST_SERVICES);
    return style.green(
      `Tried beside the old one: healthy after ${duration(result.milliseconds)} (${services})`,
    );
  }
  if (result.state === 'error') return block(style.red('It could not be tried'), oneLine(result.why), page);
  const log = result.log.map((line) => `    ${oneLine(line)}`);
  return [
    style.red(`Tried beside the old one: not healthy after ${duration(result.milliseconds)}`),
    ...paragraph(oneLine(result.why), '  ', page.columns),
    ...(log.length > 0 ? ['  The end of its log:', ...log.map(style.dim)] : []),
  ].join('\n');
}

function nextSteps({ targets }: FixResult, options: FixTextOptions, { columns }: Page): string[] {
  const { write } = options;
  const command = oneLine(options.command);
  const isChanged = targets.some(({ files }) => files.length > 0);
  const needsUnsafe = targets.some(({ unfixed }) => unfixed.some(({ reason }) => reason === 'unsafe'));
  const lines: string[] = [];
  for (const { name, backup } of targets)
    if (backup !== undefined)
      lines.push(`Written. To put the files of ${oneLine(name)} back: clawproof fix --undo ${backup}`);
  if (write && isChanged && lines.length === 0) lines.push('Nothing was written.');
  if (!write && isChanged) lines.push(`Nothing was written. To write it: ${command} --write`);
  if (needsUnsafe)
    lines.push(`To repair also what may change how OpenClaw behaves: ${command} --write --unsafe`);
  return lines.length === 0 ? [] : [lines.flatMap((line) => paragraph(line, '', columns)).join('\n')];
}

/** What taking back a repair did. `shown` gives a path as the user knows it. */
export function undoText(result: UndoResult, style: Style, shown: (path: string) => string): string {
  const line = (what: string, paths: readonly string[]): string[] =>
    paths.length === 0 ? [] : [`${what}: ${paths.map((path) => oneLine(shown(path))).join(', ')}`];
  return `${[
    style.bold(`Undid the repair ${result.id} of ${oneLine(result.at)}`),
    ...line('  put back', result.restored),
    ...line('  removed', result.removed),
    ...line('  as before already', result.unchanged),
  ].join('\n')}\n`;
}
