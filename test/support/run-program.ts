import { spawn } from 'node:child_process';

export interface RunResult {
  /** -1 when a signal ended it. */
  code: number;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  ms: number;
}

interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string;
  timeoutMs?: number;
}

/** A program that runs. */
export interface Running {
  pid: number;
  done: Promise<RunResult>;
  /** Resolves when stderr has said it; rejects when the program ends without. */
  said(text: string): Promise<void>;
}

const TIMEOUT_MS = 120_000;

/** Runs a program to its end; a failure is in the result. Never a secret in `args`: everybody can read them. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  return startProgram(program, args, options).done;
}

/** Starts a program as the leader of a process group of its own, as a shell does. */
export function startProgram(program: string, args: readonly string[], options: RunOptions = {}): Running {
  const began = performance.now();
  const child = spawn(program, args, { cwd: options.cwd, env: options.env, detached: true });
  const output = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
      for (const listener of listeners) listener();
    });
  }
  // A program that does not read its input is no failure of the test.
  child.stdin.on('error', () => undefined).end(options.input ?? '');
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? TIMEOUT_MS);
  const done = new Promise<RunResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? -1, signal, ...output, ms: performance.now() - began });
    });
  });
  return {
    pid: child.pid ?? -1,
    done,
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!output.stderr.includes(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        done.then(
          () => reject(new Error(`it ended without saying "${text}":\n${output.stderr}\n${output.stdout}`)),
          reject,
        );
      }),
  };
}
