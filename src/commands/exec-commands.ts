import { type Command, InvalidArgumentError } from 'commander';
import { execute, given, prepare, type Runner, type SharedOptions } from './command-builder.ts';
import type { CommandContext } from './context.ts';
import { existingFolder } from './folder.ts';
import type { ExecOptions } from './options.ts';

const EXEC_HELP = `
Modes:
  deny       nothing; the default
  allowlist  the scripts that you add, by name, and nothing else: no shell, no
             interpreter, nothing behind them. They are mounted read-only.
  full       every command. It has to be accepted by name and for some days;
             after them "clawproof up" refuses it.

Each change restarts the gateway and is then attacked by a hostile model, in a
twin. When an attack gets through, the change is taken back.`;

const ALLOWLIST_HELP = `
What a script is given by the agent are words: no options, no paths that begin
with / or ~, no $, *, ?, [ or ]. A longer text goes through a file of the workspace.

Examples:
  clawproof exec add ./report.sh    copy a script in
  clawproof exec allowlist          the agent may run it from now on`;

const FULL_HELP = `
Examples:
  clawproof exec full                     asks whether you accept it, for 7 days
  clawproof exec full --accept "Ann Example" --until 2026-12-31`;

interface ProvedFlags extends SharedOptions {
  prove: boolean;
}

/** `exec` and what is below it. */
export function addExecCommands(program: Command, runner: Runner): void {
  const exec = prepare(program.command('exec'), runner.host, 'what the agent may run: nothing, scripts, all');
  exec.addHelpText('after', EXEC_HELP);
  addModes(exec, runner);
  addScripts(exec, runner);
  addLooks(exec, runner);
}

function addModes(exec: Command, runner: Runner): void {
  const deny = proved(prepare(exec.command('deny'), runner.host, 'the agent runs nothing'));
  deny.action(() => {
    const options = deny.optsWithGlobals<ProvedFlags>();
    return change(runner, options, { action: 'mode', mode: 'deny', prove: options.prove });
  });
  const allowlist = proved(
    prepare(exec.command('allowlist'), runner.host, 'the agent runs the scripts that you added'),
  ).addHelpText('after', ALLOWLIST_HELP);
  allowlist.action(() => {
    const options = allowlist.optsWithGlobals<ProvedFlags>();
    return change(runner, options, { action: 'mode', mode: 'allowlist', prove: options.prove });
  });
  const full = proved(
    prepare(exec.command('full'), runner.host, 'the agent runs every command, for some days'),
  )
    .option('--accept <name>', 'who accepts that; asked for when absent')
    .option('--days <n>', 'for how many days; 7 when absent', parseDays)
    .option('--until <date>', 'the last day instead, such as 2026-12-31')
    .addHelpText('after', FULL_HELP);
  full.action(() => {
    const options = full.optsWithGlobals<ProvedFlags & { accept?: string; days?: number; until?: string }>();
    return change(runner, options, {
      action: 'mode',
      mode: 'full',
      prove: options.prove,
      accept: {
        ...given('by', options.accept),
        ...given('days', options.days),
        ...given('until', options.until),
      },
    });
  });
}

function addScripts(exec: Command, runner: Runner): void {
  const add = proved(prepare(exec.command('add'), runner.host, 'copy a script into the folder of scripts'))
    .argument('<file>', 'a text file that begins with #!')
    .addHelpText('after', ALLOWLIST_HELP);
  add.action((file: string) => {
    const options = add.optsWithGlobals<ProvedFlags>();
    return change(runner, options, { action: 'add', file, prove: options.prove });
  });
  const remove = proved(prepare(exec.command('remove'), runner.host, 'delete a script from that folder'));
  remove.argument('<name>', 'as "clawproof exec list" shows it');
  remove.action((name: string) => {
    const options = remove.optsWithGlobals<ProvedFlags>();
    return change(runner, options, { action: 'remove', name, prove: options.prove });
  });
}

function addLooks(exec: Command, runner: Runner): void {
  const list = prepare(exec.command('list'), runner.host, 'show the scripts');
  list.action(() => change(runner, list.optsWithGlobals<SharedOptions>(), { action: 'list' }));
  const status = prepare(exec.command('status'), runner.host, 'show the mode, and who accepted it');
  status.action(() => change(runner, status.optsWithGlobals<SharedOptions>(), { action: 'status' }));
}

function proved(command: Command): Command {
  return command.option('--no-prove', 'do not attack a twin of it');
}

/** All but the folder, which is looked for when the command runs. */
type Choice = ExecOptions extends infer Each ? (Each extends unknown ? Omit<Each, 'folder'> : never) : never;

function change(runner: Runner, options: SharedOptions, choice: Choice): Promise<void> {
  return execute(runner, 'exec', options, async ({ ports }: CommandContext) => ({
    ...choice,
    folder: await existingFolder(ports, options.folder),
  }));
}

function parseDays(value: string): number {
  if (!/^[1-9]\d{0,3}$/u.test(value)) throw new InvalidArgumentError('a number of days');
  return Number(value);
}
