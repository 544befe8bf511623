import { isAppError } from '../errors/app-error.ts';
import { every } from '../ports/node/every.ts';
import { createNodeHostPorts, type HostPorts } from '../ports/node/host.ts';
import { createNodeProgress } from '../ports/node/progress.ts';
import type { ProcessLike } from '../ports/node/system.ts';
import type { NodeTerminal } from '../ports/node/terminal.ts';
import { bugData, bugText, errorData, errorText } from '../report/error-text.ts';
import { createStyle } from '../report/style.ts';
import type { CommandLoaders } from './command-table.ts';
import type { CommandContext, OutputMode } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { runProgram } from './program.ts';

export interface CommandLineInput {
  /** Arguments behind the program's name. */
  args: readonly string[];
  version: string;
  terminal: NodeTerminal;
  signal: AbortSignal;
  host: ProcessLike & { version: string };
  loaders: CommandLoaders;
}

export interface CommandLine {
  /** Runs the command that the arguments name; shows its errors; resolves with the exit code. Never rejects. */
  run(): Promise<number>;
  /** Shows an error that no code of ours expected. */
  reportBug: (error: unknown) => void;
}

/** The program as one function of its arguments and of the process around it. */
export function createCommandLine(input: CommandLineInput): CommandLine {
  const reporter = createReporter(input);
  return {
    reportBug: reporter.bug,
    async run() {
      try {
        return await runWith(input, reporter);
      } catch (error) {
        return reporter.failure(error);
      }
    },
  };
}

async function runWith(input: CommandLineInput, reporter: Reporter): Promise<number> {
  const { args, terminal, version, loaders } = input;
  return runProgram(args, {
    version,
    terminal,
    loaders,
    open(mode) {
      reporter.mode = mode;
      return Promise.resolve(openContext(input, mode));
    },
  });
}

function openContext(input: CommandLineInput, mode: OutputMode): CommandContext {
  const { terminal, signal, version, host } = input;
  const ports: HostPorts = createNodeHostPorts(host);
  const progress = createNodeProgress(mode, { terminal, signal, every, clock: ports.clock });
  return { ports: { ...ports, terminal, progress, signal }, output: mode, version };
}

interface Reporter {
  mode: OutputMode;
  /** Shows what a command threw; returns the exit code. */
  failure(error: unknown): number;
  bug: (error: unknown) => void;
}

function createReporter({ args, terminal, version, signal, host }: CommandLineInput): Reporter {
  const style = createStyle(terminal.errorColour);
  const facts = { version, node: host.version, platform: `${host.platform} ${host.arch}` };
  const reporter: Reporter = {
    // Until the command's options are parsed, and when they are wrong, a look at the arguments has to do.
    mode: { json: beforeDoubleDash(args).includes('--json'), quiet: false },
    failure(error) {
      if (signal.aborted) {
        show(INTERRUPTED_TEXT, { ok: false, error: { id: 'interrupted', exitCode: exitCodes.interrupted } });
        return exitCodes.interrupted;
      }
      if (!isAppError(error)) {
        reporter.bug(error);
        return exitCodes.bug;
      }
      show(errorText(error, style, terminal.columns), errorData(error));
      return error.entry.exitCode;
    },
    bug(error) {
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
      show(bugText(stack, facts, style), bugData(stack, facts));
    },
  };
  function show(text: string, data: object): void {
    if (reporter.mode.json) terminal.out(`${JSON.stringify(data, null, 2)}\n`);
    else terminal.err(text);
  }
  return reporter;
}

const INTERRUPTED_TEXT = 'Stopped. Nothing is half-written: run the same command again to go on.\n';

function beforeDoubleDash(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end === -1 ? args : args.slice(0, end);
}
