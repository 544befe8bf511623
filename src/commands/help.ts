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
none), builds or pulls the images, starts OpenClaw, waits until it is ready,
checks what was set up, and attacks a twin of it: the container, its network and
the gateway. "clawproof prove" shows each attack, and has the agent's ring too.

Run it again after an edit of clawproof.yaml: only what changed is restarted.
Run it again after an interruption: it goes on where it stopped.

Examples:
  clawproof up                set up or update ./openclaw
  clawproof up ~/agents/home  … another folder
  clawproof up --dry-run      show what would change, as a diff`;

export const DOWN_HELP = `
Stops and removes the containers and networks. Everything that OpenClaw has
stored stays, unless --volumes is given.`;

export const PROVE_HELP = `
Makes a twin of the gateway on the same engine, from the settings that the
engine gives for it, with throwaway data and its own token, and attacks that.
The target itself is read, and nothing else: it is not restarted, not locked
out, and keeps its data. What was made is removed, also after an interruption.

Rings:
  container  writes, privileges, system calls, the host's files, limits
  network    ways out, ways to this host and to others, ways in
  gateway    tokens, lockout, forged headers, origins, leaks
  agent      a hostile model asks the real agent for everything it must not do

No attack leaves this machine: whatever must not get out is tried on a host
that clawproof makes for it.

Exit codes:
  0  every attack was stopped
  1  an attack succeeded
  2  wrong usage
  3  there is no such deployment
  4  something could not be tried; comes before 1

Examples:
  clawproof prove                          the deployment in this folder
  clawproof prove --container openclaw     a container that clawproof did not make
  clawproof prove --controls --evidence evidence.json --sign
  clawproof verify evidence.json`;

export const VERIFY_HELP = `
Exit codes:
  0  intact, and signed by one of the allowed signers
  1  changed since it was signed
  4  intact, but nobody says whose key it is

A file of allowed signers has a line for each: who, and the public key.
  you@example.com ssh-ed25519 AAAA…`;

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
