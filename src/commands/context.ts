import type { Ports } from '../ports/ports.ts';

/** How results are shown. `json` = exactly one JSON document on stdout, events as JSON lines on stderr. */
export interface OutputMode {
  json: boolean;
  /** Nothing but results and errors. */
  quiet: boolean;
}

/** What every command gets beside its own options. */
export interface CommandContext {
  ports: Ports;
  output: OutputMode;
  /** clawproof's own version. */
  version: string;
}

/** What each file of this folder that is named after a command exports. */
export interface CommandModule<Options> {
  /** Does the work, writes results to `ports.terminal.out`, and resolves with one of `exitCodes`. */
  run(context: CommandContext, options: Options): Promise<number>;
}
