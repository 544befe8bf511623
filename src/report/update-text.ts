import type { AdvisoriesUpdated } from '../operate/update/advisory-data.ts';
import type { UpdateOutlook } from '../operate/update/look.ts';
import type { RollbackRecord } from '../operate/update/record.ts';
import type { RollbackMemo } from '../operate/update/rollback-change.ts';
import type { UpdateMemo } from '../operate/update/update-memo.ts';
import type { OpenClawChecks } from '../operate/up/types.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';
import { plainLine } from './width.ts';

type Advisory = UpdateOutlook['flaws'][number];
type KeyChange = NonNullable<UpdateOutlook['keys']>[number];

const SHOWN = 8;

/** What an update would bring, for people. Ends with a line end. */
export function outlookText(outlook: UpdateOutlook, style: Style, columns: number): string {
  const { current, target, releases, flaws, closed } = outlook;
  const headline =
    target === null
      ? `${style.green('Up to date.')} OpenClaw ${current} is the newest ${lineWords(releases.line)} version.`
      : `${style.bold(`OpenClaw ${current} → ${target}`)}${newerWords(outlook)}`;
  const beyond =
    releases.beyond === null || releases.beyond === target
      ? []
      : [
          `The newest stable version is ${releases.beyond}; to leave this line: clawproof update ${releases.beyond}`,
        ];
  const left = flaws.filter(({ id }) => !closed.some((one) => one.id === id));
  return `${[
    headline,
    ...beyond,
    '',
    ...flawLines(outlook, left, style, columns),
    ...(target === null ? [] : keyLines(outlook, style)),
  ].join('\n')}\n`;
}

export function advisoriesUpdatedText({ source, found, isNew, leftOut }: AdvisoriesUpdated): string {
  const rest =
    leftOut === 0
      ? ''
      : ` ${leftOut} ${plural(leftOut, 'entry', 'entries')} could not be used: not about OpenClaw, withdrawn, or without a release that mends it.`;
  return `${found} advisories taken from ${plainLine(source)}, ${isNew} of them new to clawproof.${rest}\n`;
}

/** What the steps of an update will do, for `--dry-run` and before the question. */
export function planText({ target }: Pick<UpdateOutlook, 'target'>): string {
  return `${[
    'What will be done:',
    `  1  build or pull the image of ${target ?? 'it'}; the gateway runs meanwhile`,
    '  2  start it on a copy of the state, without any network; ask its doctor and its audit',
    '  3  stop the gateway, keep its state and settings for a rollback, migrate, start',
    '  4  if it does not get ready, or a protection is lost: put all back, the state included',
  ].join('\n')}\n`;
}

/** The end of an update. `checks` null = they were not made. */
export function updatedText(
  memo: UpdateMemo,
  checks: OpenClawChecks | null,
  { gapSeconds, closed }: { gapSeconds: number | null; closed: number },
  style: Style,
): string {
  const { trial } = memo;
  const lines = [
    `${style.green(`OpenClaw ${memo.to} runs.`)} ${memo.isRebuild === true ? 'Its images are new; OpenClaw is the same.' : `It was ${memo.from}.`}`,
    ...(gapSeconds === null ? [] : [`The gateway was away for ${gapSeconds.toFixed(0)} s.`]),
    ...(closed === 0 ? [] : [`${closed} published ${plural(closed, 'flaw')} closed.`]),
    ...(trial === null || trial.keys.length === 0
      ? []
      : [`openclaw.json, moved or taken out: ${trial.keys.join(', ')}`]),
    ...(trial === null || trial.changedByDoctor.length === 0
      ? []
      : [`openclaw.json, changed by OpenClaw's doctor: ${trial.changedByDoctor.map(plainLine).join(', ')}`]),
    ...(checks === null
      ? []
      : [`OpenClaw's doctor: ${checks.doctor.detail}; its audit: ${checks.audit.detail}`]),
    '',
    `To go back, with the state of that moment (${size(memo.stateBytes)} are kept for it): clawproof rollback`,
    'To free that space: clawproof update --prune',
  ];
  return `${lines.join('\n')}\n`;
}

/** The question before a rollback. */
export function rollbackQuestion({ from, to, at }: RollbackRecord): string {
  const where =
    from === to
      ? `to the images of OpenClaw ${from} from before they were rebuilt`
      : `from OpenClaw ${to} to ${from}`;
  return `Go back ${where}? What OpenClaw has stored since ${at} is lost.`;
}

export function rolledBackText({ from, to }: RollbackMemo, style: Style): string {
  return `${style.green(`OpenClaw ${to} runs again.`)} State, settings and pins are those from before the ${from === to ? 'images were rebuilt' : `update to ${from}`}.\n`;
}

export function prunedText(record: RollbackRecord | null, snapshots: number): string {
  if (record === null && snapshots === 0) return 'Nothing was kept; there is nothing to delete.\n';
  const what =
    record === null
      ? 'leftovers of an update'
      : `what was kept of OpenClaw ${record.from} (${size(record.stateBytes)})`;
  return `Deleted: ${what}. "clawproof rollback" has nothing to go back to now.\n`;
}

/** Bytes for people. */
export function size(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return power === 0 ? `${bytes} bytes` : `${(bytes / 1024 ** power).toFixed(1)} ${units[power]}`;
}

function flawLines(
  { flaws, closed, data, current, target }: UpdateOutlook,
  left: readonly Advisory[],
  style: Style,
  columns: number,
): string[] {
  const age = ageText(data, style);
  if (flaws.length === 0) return [`No published flaw is known of ${current}. ${age}`];
  const shown = target === null || closed.length === 0 ? flaws : closed;
  const head =
    target === null
      ? `${flaws.length} published ${plural(flaws.length, 'flaw')} of ${current}:`
      : `${flaws.length} published ${plural(flaws.length, 'flaw')} of ${current}, ${closed.length} of them closed by ${target}:`;
  return [
    style.red(head),
    advisoryTable(shown.slice(0, SHOWN), style, columns).trimEnd(),
    ...(shown.length > SHOWN ? [`and ${shown.length - SHOWN} more: clawproof advisories`] : []),
    ...(target !== null && left.length > 0 ? [style.yellow(`${left.length} stay open in ${target}.`)] : []),
    age,
  ];
}

function keyLines({ keys, target, keysKnown }: UpdateOutlook, style: Style): string[] {
  const known = keysKnown
    ? []
    : [
        style.dim(
          `clawproof does not know the keys of ${target}: its own check of openclaw.json decides, on a copy.`,
        ),
      ];
  if (keys === null)
    return [
      '',
      'openclaw.json belongs to the gateway and cannot be read by this user: it is looked at on a copy.',
      ...known,
    ];
  if (keys.length === 0)
    return ['', 'openclaw.json: no key of it is known to be retired or renamed.', ...known];
  return ['', 'openclaw.json:', ...keys.map((key) => `  ${keyLine(key, style)}`), ...known];
}

function keyLine({ path, to, kind, note }: KeyChange, style: Style): string {
  const name = plainLine(path.join('.'));
  if (kind === 'moved') return `${name} becomes ${plainLine((to ?? []).join('.'))}`;
  if (kind === 'removed') return `${name} is taken out${note === '' ? '' : `: ${plainLine(note)}`}`;
  return `${style.yellow(name)} is not known to it; OpenClaw's doctor decides, on a copy first`;
}

/** A row for each advisory. */
export function advisoryTable(found: readonly Advisory[], style: Style, columns: number): string {
  const rows = found.map(({ id, cvss, fixedIn, what }) => [
    id,
    cvss === undefined ? '–' : cvss.toFixed(1),
    fixedIn,
    plainLine(what),
  ]);
  const head = [
    { title: 'advisory' },
    { title: 'score', align: 'right' as const },
    { title: 'mended in' },
    { title: 'what it gives an attacker', shrink: true },
  ];
  return table(head, rows, { width: columns, heading: style.dim });
}

/** Where the advisories came from and how old they are; loud when that is too old. */
export function ageText(data: UpdateOutlook['data'], style: Style): string {
  const { upTo, ageDays, source, isOld } = data;
  const from = source === 'clawproof' ? 'came with clawproof' : `were taken from ${plainLine(source)}`;
  const text = `The advisories ${from}, up to ${upTo} (${ageDays} ${plural(ageDays, 'day')} ago).`;
  return isOld
    ? style.yellow(`${text} Newer ones are not known here: clawproof advisories update --help`)
    : style.dim(text);
}

function newerWords({ releases, target }: UpdateOutlook): string {
  const index = releases.newer.findIndex(({ version }) => version === target);
  const between =
    index <= 0 ? 0 : releases.newer.slice(0, index).filter(({ line }) => line === 'stable').length;
  return between === 0 ? '' : `, past ${between} stable ${plural(between, 'version')} between them`;
}

function lineWords(line: UpdateOutlook['releases']['line']): string {
  return line === 'extended-stable' ? 'extended-stable' : 'stable';
}

function plural(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many;
}
