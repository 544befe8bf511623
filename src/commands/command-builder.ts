import { type Command, Option } from 'commander';
import type { Terminal } from '../ports/terminal.ts';
import type { CommandLoaders, CommandOptions } from './command-table.ts';
import type { CommandContext, OutputMode } from './context.ts';
import { styleHelp } from './help.ts';
import { toUsageError } from './usage.ts';

/** What the command line needs from the outside. */
export interface ProgramHost {
  version: string;
  terminal: Pick<Terminal, 'columns' | 'colour' | 'out' | 'err'>;
  /** Makes the ports for one command; called once, after its options are known to be right. */
  open(mode: OutputMode): Promise<CommandContext>;
  loaders: CommandLoaders;
}

/** Options that every command takes. */
export interface SharedOptions {
  folder?: string;
  json?: true;
  quiet?: true;
}

/** One run of the program. */
export interface Runner {
  host: ProgramHost;
  exitCode: number;
}

/** Options, help and error handling that every command shares. */
export function prepare(command: Command, host: ProgramHost, summary: string): Command {
  styleHelp(command, host.terminal);
  return command
    .summary(summary)
    .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)
    .helpOption('-h, --help', 'print help')
    .addOption(sharedOption('-C, --folder <dir>', 'folder of the deployment'))
    .addOption(sharedOption('--json', 'one JSON document on stdout, progress as JSON lines on stderr'))
    .addOption(sharedOption('-q, --quiet', 'print nothing but results and errors'))
    .exitOverride((error) => {
      const isHelp = error.code === 'commander.help' || error.code === 'commander.helpDisplayed';
      throw isHelp || error.code === 'commander.version' ? error : toUsageError(command, error);
    });
}

function sharedOption(flags: string, description: string): Option {
  return new Option(flags, description).helpGroup('Options of every command:');
}

/** Makes the context, fills in the command's options, loads the command and runs it. */
export async function execute<Name extends keyof CommandOptions>(
  runner: Runner,
  name: Name,
  shared: SharedOptions,
  toOptions: (context: CommandContext) => CommandOptions[Name] | Promise<CommandOptions[Name]>,
): Promise<void> {
  const context = await runner.host.open({ json: shared.json ?? false, quiet: shared.quiet ?? false });
  const options = await toOptions(context);
  const command = await runner.host.loaders[name]();
  runner.exitCode = await command.run(context, options);
}

/** For options that may be given more than once. */
export function collect<Value extends string>(value: string, before: Value[] | undefined): Value[] {
  return [...(before ?? []), value as Value];
}

/** A member for what was given, and none for what was not. */
export function given<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);
}
