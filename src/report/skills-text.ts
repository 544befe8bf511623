import type { LockedSkill } from '../engine/lock-file.ts';
import type { Finding, SkillScan, Verdict } from '../skills/types.ts';
import { oneLine } from './printable.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

const VERDICTS: Record<Verdict, (style: Style) => string> = {
  allow: ({ green }) =>
    `${green('allow')}: nothing was found that speaks against it. That is no proof that it is harmless.`,
  review: ({ yellow }) => `${yellow('review')}: somebody has to look at this before it is installed.`,
  block: ({ red }) => `${red('block')}: it does what no honest skill does.`,
};

/** `skills scan` for people. Everything of the skill is shown as text of a stranger. */
export function scanText(scan: SkillScan, source: string, style: Style): string {
  const name = scan.name === null ? oneLine(source) : `${oneLine(scan.name)} (${oneLine(source)})`;
  const size = `${scan.files} ${scan.files === 1 ? 'file' : 'files'}, ${Math.ceil(scan.bytes / 1024)} KiB`;
  return [
    `${style.bold(name)}: ${size}`,
    ...scan.findings.flatMap((finding) => findingLines(finding, style)),
    '',
    VERDICTS[scan.verdict](style),
    ...(scan.unread > 0 ? [`Not looked into: ${scan.unread}, named above.`] : []),
    '',
  ].join('\n');
}

function findingLines(
  { severity, title, why, file, line, column, evidence, hidden, rule }: Finding,
  style: Style,
): string[] {
  const colour = { critical: style.red, warning: style.yellow, info: style.dim }[severity];
  const how = hidden.length === 0 ? '' : ` (hidden by ${hidden.join(', ')})`;
  const place = file === '' ? '' : `${oneLine(file)}:${line}:${column}`;
  const lines = [
    '',
    `${colour(severity.padEnd(8))}  ${title}${how}  ${style.dim(rule)}`,
    `          ${place}  ${oneLine(evidence)}`,
  ];
  return severity === 'info' ? lines : [...lines, `          ${style.dim(why)}`];
}

interface Installed {
  name: string;
  digest: string;
  files: number;
  isApplied: boolean;
}

export function installedText({ name, digest, files, isApplied }: Installed, style: Style): string {
  return [
    `${style.green('Installed')} ${style.bold(oneLine(name))}: ${files} files, pinned as ${digest.slice(0, 23)}… in clawproof.lock.`,
    isApplied
      ? 'The gateway has it, read-only. New conversations see it.'
      : 'The gateway does not run. It has it from the next start on: clawproof up',
    '',
  ].join('\n');
}

interface Removed {
  name: string;
  kept: string | null;
  isApplied: boolean;
}

export function removedText({ name, kept }: Removed): string {
  return `Removed ${oneLine(name)}.${kept === null ? '' : ` Its folder is kept in ${kept}.`}\n`;
}

interface Pinned {
  action: 'list' | 'verify';
  skills: readonly {
    name: string;
    isUsed: boolean;
    pin: LockedSkill | null;
    problem: string | null;
    files: number;
    scan: SkillScan | null;
  }[];
}

/** `skills list` and `skills verify`. */
export function pinnedText({ skills, action }: Pinned, style: Style): string {
  if (skills.length === 0) return 'No skill is installed here. Install one: clawproof skills install PATH\n';
  const rows = skills.map(({ name, pin, problem, files, scan }) => [
    oneLine(name),
    problem === null ? style.green('as pinned') : style.red(problem),
    pin?.verdict ?? '-',
    ...(action === 'verify' ? [scan?.verdict ?? '-'] : []),
    String(files),
    pin === null ? '-' : oneLine(pin.source),
  ]);
  const columns = [
    { title: 'skill' },
    { title: 'state' },
    { title: 'judged' },
    ...(action === 'verify' ? [{ title: 'judged now' }] : []),
    { title: 'files', align: 'right' as const },
    { title: 'from' },
  ];
  return table(columns, rows, { heading: style.bold });
}
