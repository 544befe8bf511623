import type { ImageReport } from '../operate/advisories/judge-image.ts';
import type { AdvisoriesReport } from '../operate/advisories/look.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';
import { advisoryTable, ageText } from './update-text.ts';
import { plainLine } from './width.ts';

const SHOWN = 20;

/** `clawproof advisories`, for people. Ends with a line end. */
export function advisoriesText(report: AdvisoriesReport, style: Style, columns: number): string {
  const parts = [
    openclawPart(report, style, columns),
    report.findings.map(({ message }) => style.red(plainLine(message))).join('\n'),
    imagesPart(report.images, style, columns),
    packagesPart(report, style, columns),
    skippedPart(report, style),
    agesPart(report, style),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function openclawPart(report: AdvisoriesReport, style: Style, columns: number): string {
  const { version, where, advisories, known, fixedIn } = report;
  if (version === null)
    return style.yellow(`Which OpenClaw it is could not be found out: ${plainLine(where)}.`);
  const head = `${style.bold(`OpenClaw ${version}`)}  ${style.dim(plainLine(where))}`;
  if (advisories.length === 0)
    return `${head}\n${style.green('None.')} None of the ${known} known advisories is about it.`;
  const count = `${advisories.length} published ${advisories.length === 1 ? 'flaw' : 'flaws'}, all mended in ${fixedIn ?? 'none'}:`;
  return `${head}\n${style.red(count)}\n\n${advisoryTable(advisories, style, columns).trimEnd()}`;
}

function imagesPart(images: readonly ImageReport[], style: Style, columns: number): string {
  const rows = images.map(({ role, reference, system, node, debian }) => [
    role ?? plainLine(reference),
    plainLine(system ?? 'not told'),
    String(debian.packages),
    debian.state === 'skipped' ? 'not looked at' : String(debian.mendable.length),
    debian.state === 'skipped' ? '' : String(debian.open.length),
    node.map(({ version }) => version).join(', '),
  ]);
  const head = [
    { title: 'image', shrink: true },
    { title: 'system' },
    { title: 'packages', align: 'right' as const },
    { title: 'flaws mended by Debian', align: 'right' as const },
    { title: 'open', align: 'right' as const },
    { title: 'Node' },
  ];
  return table(head, rows, { width: columns, heading: style.dim }).trimEnd();
}

/** Flaws that a newer package mends: those that somebody can do something about. */
function packagesPart({ images }: AdvisoriesReport, style: Style, columns: number): string {
  const found = new Map<string, { cells: string[]; roles: string[] }>();
  for (const { role, reference, debian } of images) {
    if (debian.state === 'skipped') continue;
    for (const { source, version, id, fixedVersion, urgency } of debian.mendable) {
      const key = `${source} ${version} ${id}`;
      const row = found.get(key) ?? { cells: [id, urgency, source, version, fixedVersion ?? ''], roles: [] };
      row.roles.push(role ?? plainLine(reference));
      found.set(key, row);
    }
  }
  if (found.size === 0) return '';
  const isAll = (roles: readonly string[]): boolean => images.length > 1 && roles.length === images.length;
  const rows = [...found.values()].map(({ cells, roles }) => [
    ...cells,
    isAll(roles) ? 'all' : roles.join(', '),
  ]);
  const head = ['flaw', 'urgency', 'source', 'installed', 'mended in', 'images'].map((title) => ({
    title,
    shrink: title === 'images',
  }));
  const more = rows.length > SHOWN ? [`and ${rows.length - SHOWN} more: clawproof advisories --json`] : [];
  return [
    style.red(
      `${rows.length} ${rows.length === 1 ? 'flaw' : 'flaws'} of Debian packages that Debian has mended:`,
    ),
    table(head, rows.slice(0, SHOWN), { width: columns, heading: style.dim }).trimEnd(),
    ...more,
    style.dim('Images that are built again on a new base have the mended packages: docs/advisories.md'),
  ].join('\n');
}

function skippedPart({ images, skipped }: AdvisoriesReport, style: Style): string {
  const all = new Map<string, string[]>();
  const add = (text: string, role: string | null): void => {
    const roles = all.get(text) ?? [];
    all.set(text, role === null ? roles : [...roles, role]);
  };
  for (const { what, reason } of skipped) add(`${what}: ${reason}`, null);
  for (const image of images) {
    if (image.debian.state === 'skipped') add(`Debian packages: ${image.debian.reason}`, image.role);
    else if (image.debian.undetermined > 0)
      add(
        `${image.debian.undetermined} flaws of Debian packages: nobody has looked yet whether they are in this release`,
        image.role,
      );
    for (const { what, reason } of image.skipped) add(`${what}: ${reason}`, image.role);
  }
  if (all.size === 0) return '';
  const lines = [...all].map(
    ([text, roles]) => `  ${plainLine(text)}${roles.length === 0 ? '' : ` (${roles.join(', ')})`}`,
  );
  const more =
    lines.length > SHOWN ? [`  and ${lines.length - SHOWN} more: clawproof advisories --json`] : [];
  return [
    style.yellow('Not looked at, and so not known to be without flaws:'),
    ...lines.slice(0, SHOWN),
    ...more,
  ].join('\n');
}

function agesPart(report: AdvisoriesReport, style: Style): string {
  const { debian } = report;
  const lines = [ageText(report, style)];
  if (debian !== null) {
    const text = `Debian's list of flaws is from ${plainLine(debian.source)}, of ${debian.upTo} (${debian.ageDays} ${debian.ageDays === 1 ? 'day' : 'days'} ago).`;
    lines.push(
      debian.isOld
        ? style.yellow(`${text} Bring a newer one: clawproof advisories --debian-data FILE`)
        : style.dim(text),
    );
  }
  return lines.join('\n');
}
