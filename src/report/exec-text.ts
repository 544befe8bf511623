import type { ShownScript } from '../operate/exec-mode/begin-change.ts';
import type { ExecResult } from '../operate/exec-mode/change-exec.ts';
import type { ExecStatus } from '../operate/exec-mode/exec-status.ts';
import type { ScriptEntry } from '../operate/exec-mode/scripts-folder.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

const MODES = {
  deny: 'the agent runs nothing',
  allowlist: 'the agent runs the scripts below, and nothing else',
  full: 'the agent runs every command, with all that its container holds',
} as const;

/** `clawproof exec status` for people. */
export function execStatusText(status: ExecStatus, style: Style): string {
  const { mode, accepted, warning } = status;
  const lines = [`exec ${style.bold(mode)}: ${MODES[mode]}.`];
  if (accepted !== null && mode === 'full' && accepted.daysLeft > 0)
    lines.push(
      `Accepted by ${printable(accepted.by)} until ${accepted.until} (${days(accepted.daysLeft)} left).`,
    );
  if (warning !== null) lines.push(...warningLines(warning, style));
  if (mode === 'allowlist' || status.scripts.length > 0) lines.push('', scriptsText(status, style).trimEnd());
  return `${lines.join('\n')}\n`;
}

/** Said by `status`, too. */
export function warningLines(warning: string, style: Style): string[] {
  return [
    style.red(`${printable(warning)}.`),
    'End it:       clawproof exec deny',
    'Accept it:    clawproof exec full --days 7',
  ];
}

/** `clawproof exec list` for people. */
export function scriptsText({ mode, scripts, scriptsFolder }: ExecStatus, style: Style): string {
  if (scripts.length === 0) return 'No script yet. Add one: clawproof exec add FILE\n';
  const rows = scripts.map((script) => [
    printable(script.name),
    stateOf(script, mode),
    script.facts === undefined ? '' : printable(script.facts.interpreter),
    script.facts === undefined ? '' : String(script.facts.lines),
    script.facts === undefined ? '' : script.facts.hash.slice(0, 16),
  ]);
  const columns = [
    { title: 'script' },
    { title: 'state' },
    { title: 'run by' },
    { title: 'lines', align: 'right' as const },
    { title: 'sha256' },
  ];
  const where =
    mode === 'allowlist'
      ? `The agent calls them by name; they are in ${scriptsFolder}, read-only.`
      : `They run in mode allowlist only: clawproof exec allowlist`;
  return `${table(columns, rows, { heading: style.dim })}\n${where}\n`;
}

function stateOf({ isListed, why }: ScriptEntry, mode: ExecStatus['mode']): string {
  if (why !== undefined)
    return isListed ? `cannot run: it ${printable(why)}` : `not allowed: it ${printable(why)}`;
  if (!isListed) return 'not allowed: exec.scripts does not list it';
  return mode === 'allowlist' ? 'allowed' : 'listed';
}

/** What a script is, before it is copied. */
export function addedText({ name, interpreter, bytes, lines, hash }: ShownScript, file: string): string {
  return [
    `${printable(file)} becomes the script ${name}`,
    `  run by  ${printable(interpreter)}`,
    `  size    ${lines} lines, ${bytes} bytes`,
    `  sha256  ${hash}`,
  ].join('\n');
}

/** What was changed, for people. */
export function execChangeText(result: ExecResult, style: Style): string {
  const { changed, proof, isUnproved } = result;
  const kept = result.kept === undefined ? '' : `Removed; a copy is in ${printable(result.kept)}.\n`;
  const head = changed ? kept : 'Nothing to change.\n';
  const proved =
    proof === undefined
      ? isUnproved
        ? `${style.yellow('Not proved.')} Do it now: clawproof prove --ring agent\n`
        : ''
      : `${style.green('Proved')} by a hostile model: ${proof.pass} attacks stopped${proof.skipped > 0 ? `, ${proof.skipped} skipped` : ''}, ${proof.seconds} s.\n`;
  const stopped = result.isStopped ? '\nThe gateway does not run. Start it: clawproof up\n' : '';
  return `${head}${execStatusText(result, style)}${stopped}${proved === '' ? '' : `\n${proved}`}`;
}

function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}
