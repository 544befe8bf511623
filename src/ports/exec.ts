/** Running other programs. The only port through which clawproof starts a process. */
export interface ExecOptions {
  /** Working directory of the child; the caller's own when absent. */
  cwd?: string;
  /** Variables added to the parent's environment; `undefined` removes one. */
  env?: Record<string, string | undefined>;
  /** Text or bytes written to the child's stdin, which is then closed. */
  input?: string | Uint8Array;
  /** Milliseconds after which the child's whole process group is killed. No limit when absent. */
  timeoutMs?: number;
  /** Called for each line of stdout and stderr as it arrives, without its line end. */
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Aborting kills the child's process group and makes the result `killed: 'aborted'`. */
  signal?: AbortSignal;
}

export interface ExecResult {
  /** Exit code; null when the child was killed or could not be started. */
  code: number | null;
  stdout: string;
  stderr: string;
  /** Set when a stream was longer than what is kept of it; only its beginning is there then. */
  truncated?: true;
  /** Why there is no exit code: `missing` = no such program, `signal` = killed by someone else. */
  killed?: 'timeout' | 'aborted' | 'missing' | 'signal';
  durationMs: number;
}

export interface Exec {
  /** Runs a program without a shell and waits for it. Never throws for a failing program: read `code`. */
  run(program: string, args: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /**
   * As `run`, for output that is too long to be held: stdout is handed on piece by piece, the next when `onData` is done
   * with the last. What `onData` throws ends the program and is thrown.
   */
  stream(
    program: string,
    args: readonly string[],
    onData: (bytes: Uint8Array) => void | Promise<void>,
    options?: Omit<ExecOptions, 'onLine'>,
  ): Promise<ExecResult>;
  /** Runs a program with the caller's own terminal (stdin, stdout, stderr) and resolves with its exit code. */
  interactive(
    program: string,
    args: readonly string[],
    options?: Pick<ExecOptions, 'cwd' | 'env'>,
  ): Promise<number>;
  /** Starts a program that outlives clawproof (own session, output appended to `logFile`); resolves with its pid. */
  detach(
    program: string,
    args: readonly string[],
    options: { logFile: string; env?: Record<string, string | undefined> },
  ): Promise<number>;
}
