import type { ImportPlan, ImportResult } from '../operate/provider-secrets/import-plan.ts';
import type { ScanReport } from '../operate/provider-secrets/scan/scan-report.ts';
import type { ListedKey, StoredKey } from '../operate/provider-secrets/store.ts';
import { duration } from './duration.ts';
import { oneLine } from './printable.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** After `secrets set`: where the key is, what refers to it, and how to refer to it. */
export function storedText({ name, isNew, ref, places, reloaded }: StoredKey, style: Style): string {
  const lines = [
    `${style.green(isNew ? 'Stored.' : 'Replaced.')} ${name} is in secrets/keys/${name}; gateway: ${reloaded?.detail ?? 'not asked'}.`,
    ...(places.length > 0
      ? [`In use at: ${places.join(', ')}`]
      : [
          'Nothing refers to it yet. In openclaw.json, a setting refers to it with:',
          `  ${JSON.stringify(ref)}`,
          `  clawproof secrets set ${name} --for SETTING   puts that there (asks for the value again)`,
        ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** @param now milliseconds since 1970 */
export function listText(
  keys: readonly ListedKey[],
  missing: readonly { provider: string; places: string[] }[],
  style: Style,
  now: number,
): string {
  if (keys.length === 0 && missing.length === 0)
    return 'There are no keys yet. Store one: clawproof secrets set OPENAI_API_KEY\n';
  const rows = keys.map(({ name, setMs, places }) => [
    name,
    duration(Math.max(0, now - setMs)),
    places.length === 0 ? style.yellow('nowhere') : places.join(', '),
  ]);
  const lost = missing.map(
    ({ provider, places }) =>
      `${style.red('✖')} ${provider}: ${places.join(', ') || 'a provider'} refers to a key whose file is not there\n`,
  );
  return (
    table([{ title: 'key' }, { title: 'age', align: 'right' }, { title: 'used at' }], rows, {
      heading: style.dim,
    }) + lost.join('')
  );
}

/** What `secrets import` would do; values are never in it. */
export function importPlanText(plan: ImportPlan, style: Style): string {
  const moves = plan.moves.map(
    ({ file, place, name, setting, isShared }) =>
      `  ${file}: ${place} → secrets/keys/${name}${setting === place ? '' : `, referred to at ${setting}`}${isShared ? style.dim(' (the same value)') : ''}`,
  );
  const stays = plan.stays.map(
    ({ file, place, why }) => `  ${style.yellow('!')} ${file}: ${place} stays: ${why}`,
  );
  return [
    ...(moves.length > 0
      ? [style.bold('To be moved'), ...moves]
      : ['No key stands in openclaw.json, .env or compose.yaml that could be moved.']),
    ...(stays.length > 0 ? ['', style.bold('Not moved'), ...stays] : []),
    ...(plan.recreate ? ['', "The gateway's container is made anew, because its environment changes."] : []),
    '',
  ].join('\n');
}

export function importedText({ names, backup, reloaded, shellQuoted }: ImportResult, style: Style): string {
  return [
    `${style.green('Moved.')} ${names.join(', ')}; gateway: ${reloaded?.detail ?? 'not asked'}.`,
    ...(backup === null
      ? []
      : [
          `The former files, which still hold the keys, are in ${backup} (0700). When all works:`,
          `  rm -r ${shellQuoted}`,
        ]),
    'A key that stood in a file may have been copied from there (backups, version control): the safe thing is a new one.',
    '  Look for copies: clawproof secrets scan',
    '',
  ].join('\n');
}

/** Places only. */
export function scanText(report: ScanReport, style: Style): string {
  const found = report.findings.map(
    ({ place, what }) => `  ${style.red('✖')} ${oneLine(place)}: ${oneLine(what)}`,
  );
  const expected = report.expected.map(
    ({ place, what }) => `  ${style.dim(`· ${oneLine(place)}: ${oneLine(what)}`)}`,
  );
  const looked = report.looked.map(({ what, detail, state }) =>
    state === 'looked'
      ? `  ${style.green('✔')} ${what}: ${detail}`
      : `  ${style.yellow('!')} ${what}: ${state}, ${oneLine(detail)}`,
  );
  const count = report.findings.length;
  const open = report.looked.filter(({ state }) => state !== 'looked').length;
  const verdict =
    count > 0
      ? style.red(count === 1 ? '1 place.' : `${count} places.`)
      : style.green('Nothing found') +
        (open > 0 ? ` where it was looked; ${open} could not be looked at.` : '.');
  return [
    style.bold(`Looked for ${report.known} known keys in all their forms, and for what looks like one`),
    ...looked,
    ...(found.length > 0 ? ['', style.bold('Found'), ...found] : []),
    ...(expected.length > 0 ? ['', style.bold('As it must be'), ...expected] : []),
    '',
    verdict,
    ...(count > 0
      ? [
          'A key that lay open is not safe any more: make a new one where it is valid, then clawproof secrets set NAME.',
        ]
      : []),
    '',
  ].join('\n');
}
