import type { EngineApi } from './engine-api.ts';
import type { Exec } from './exec.ts';
import type { Files } from './files.ts';
import type { Pipes } from './pipes.ts';
import type { Clock, Http, Random, System } from './system.ts';
import type { Progress, Terminal } from './terminal.ts';
import type { Threads } from './threads.ts';

/** Everything outside the program, in one bag that commands hand down. */
export interface Ports {
  exec: Exec;
  files: Files;
  pipes: Pipes;
  threads: Threads;
  system: System;
  clock: Clock;
  random: Random;
  http: Http;
  engineApi: EngineApi;
  terminal: Terminal;
  progress: Progress;
  /** Aborted by Ctrl-C or a termination signal. */
  signal: AbortSignal;
}
