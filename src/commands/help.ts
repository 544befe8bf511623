import type { Argument, Command } from 'commander';
import { createStyle } from '../report/style.ts';

/** Shown below the list of commands. */
export const PROGRAM_HELP = `
Exit codes:
  0    done
  1    a check failed, or a protection does not hold
  2    wrong usage, or a wrong clawproof.yaml
  3    there is no deployment here, or it is not running
  4    something could not be done, or could not be looked at
  70   an error in clawproof itself: please report it
  130  interrupted

Which folder:
  The one given with -C, else the current one when it holds a clawproof.yaml,
  else ./openclaw.

Environment:
  NO_COLOR     no colours
  FORCE_COLOR  colours even where the output is not a terminal

Start here:
  clawproof up                        set up ./openclaw and start it
  clawproof openclaw -- channels add  connect the first channel
  clawproof dashboard                 print the address of the control page`;

export const UP_HELP = `
Writes the folder from clawproof.yaml (and that file first, when there is
none), builds or pulls the images, starts OpenClaw, waits until it is ready and
checks what was set up.

Run it again after an edit of clawproof.yaml: only what changed is restarted.
Run it again after an interruption: it goes on where it stopped.

Examples:
  clawproof up                set up or update ./openclaw
  clawproof up ~/agents/home  … another folder
  clawproof up --dry-run      show what would change, as a diff`;

export const DOWN_HELP = `
Stops and removes the containers and networks. Everything that OpenClaw has
stored stays, unless --volumes is given.`;

export const AUDIT_HELP = `
Each target is a deployment of its own; without any it is the current folder.
In a folder the names that Compose and OpenClaw use are looked for. Needs no
engine and no network, and changes nothing.

Exit codes:
  0  nothing at or above --fail-on
  1  findings
  2  wrong usage
  3  nothing to audit
  4  something could not be looked at; comes before 1

Suppress a finding with a comment on its line, the line above, or above the
service, and always with a reason:
  # clawproof: ignore[read-only-root] reason="…" owner=… expires=2027-01-31

Examples:
  clawproof audit
  clawproof audit compose.yaml -f compose.prod.yaml
  clawproof audit --recursive --format sarif -o clawproof.sarif .
  clawproof audit --live openclaw`;

export const FIX_HELP = `
Without --write nothing is changed: the diff shows what would be. Edits leave
comments, order and quoting as they are. After writing it audits again.

Examples:
  clawproof fix                  show what would change
  clawproof fix --write          change it
  clawproof fix --write --pin    also pin images: asks their registries
  clawproof fix --write --unsafe also what may change how OpenClaw behaves
  clawproof fix --undo           put the files back`;

export const EXPLAIN_HELP = `
Examples:
  clawproof explain                 list all measures
  clawproof explain read-only-root`;

export const OPENCLAW_HELP = `
Uses your terminal. Options before "--" are clawproof's, all behind it are
OpenClaw's.

Examples:
  clawproof openclaw -- onboard
  clawproof openclaw -- channels add
  clawproof openclaw -- devices list
  clawproof openclaw -- --help`;

export const ENGINE_INSTALL_HELP = `
Needs root on Debian 12 or 13; everybody else gets the exact commands. Does
nothing when a usable engine is there.`;

/** Headings and names in colour where the help goes to a terminal; `columns` = where to wrap. */
export function styleHelp(command: Command, terminal: { colour: boolean; columns: number }): void {
  const style = createStyle(terminal.colour);
  command.configureHelp({
    helpWidth: Math.min(terminal.columns, 110),
    sortSubcommands: false,
    // "[options]" on every line says nothing.
    subcommandTerm: (sub) => [sub.name(), ...sub.registeredArguments.map(argumentTerm)].join(' '),
    styleTitle: (text) => style.bold(text),
    styleCommandText: (text) => style.cyan(text),
    styleSubcommandText: (text) => style.cyan(text),
    styleOptionText: (text) => style.cyan(text),
    styleArgumentText: (text) => style.cyan(text),
  });
}

function argumentTerm(argument: Argument): string {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
}
