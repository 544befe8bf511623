import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants as fsConstants, open } from 'node:fs/promises';
import { constants as osConstants } from 'node:os';
import { programNotStarted } from '../../errors/engine-errors.ts';
import { errorCode, fileError, workingFolderMissing } from '../../errors/file-errors.ts';
import type { Exec, ExecOptions, ExecResult } from '../exec.ts';
import { LineSplitter } from './line-splitter.ts';
import { ProgramConnection } from './program-connection.ts';

/** Between SIGTERM and SIGKILL: enough for a client to put its terminal and its temporary files in order. */
const TERMINATION_GRACE_MS = 2_000;
/** After the child's exit, how long its pipes may stay silent before they are given up: a daemon may hold them forever. */
const PIPE_IDLE_MS = 1_000;
/** Kept of each stream. A runaway program must not take all memory. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** Kept of what a streaming program says on stderr. */
const MAX_STREAM_WORDS = 64 * 1024;

type Killed = NonNullable<ExecResult['killed']>;
type Environment = Readonly<Record<string, string | undefined>>;

/** The part of Node's `process` that starting and ending programs needs. */
export interface ExecHost {
  /** The environment that children inherit. */
  env: Environment;
  /** Sends a signal; a negative id means a process group. */
  kill(pid: number, signal: string | number): boolean;
}

/**
 * Real processes. Each child of `run` leads its own process group, so that a timeout or an abort ends it and all that it
 * started.
 */
export function createNodeExec(host: ExecHost): Exec {
  return {
    run: (program, args, options = {}) => runProgram(host, program, args, options),
    stream: (program, args, onData, options = {}) => streamProgram(host, program, args, onData, options),
    interactive: (program, args, options = {}) => runInteractive(host.env, program, args, options),
    detach: (program, args, options) =>
      startDetached({ ...host.env, ...options.env }, program, args, options.logFile),
  };
}

async function runProgram(
  host: ExecHost,
  program: string,
  args: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  const started = performance.now();
  const finish = (result: Omit<ExecResult, 'durationMs'>): ExecResult => ({
    ...result,
    durationMs: Math.round(performance.now() - started),
  });
  if (options.signal?.aborted) return finish({ code: null, stdout: '', stderr: '', killed: 'aborted' });

  const child = startInGroup(host, program, args, options);
  const output = collectOutput(child, options.onLine);
  const stop = stopOnDemand(host, child, options);
  feed(child, options.input);
  try {
    const { code } = await waitForEnd(child, output.lastData);
    const killed = stop.reason ?? (code === null ? 'signal' : undefined);
    const texts = output.finish();
    return finish(killed === undefined ? { code, ...texts } : { code: null, ...texts, killed });
  } catch (error) {
    if (isMissing(error, program, options.cwd)) {
      return finish({ code: null, stdout: '', stderr: `${program}: ${errorCode(error)}`, killed: 'missing' });
    }
    throw startError(error, program, options.cwd);
  } finally {
    stop.release();
  }
}

async function streamProgram(
  host: ExecHost,
  program: string,
  args: readonly string[],
  onData: (bytes: Uint8Array) => void | Promise<void>,
  options: Omit<ExecOptions, 'onLine'>,
): Promise<ExecResult> {
  const started = performance.now();
  const finish = (result: Pick<ExecResult, 'code' | 'stderr' | 'killed'>): ExecResult => ({
    ...result,
    stdout: '',
    durationMs: Math.round(performance.now() - started),
  });
  if (options.signal?.aborted) return finish({ code: null, stderr: '', killed: 'aborted' });
  const child = startInGroup(host, program, args, options);
  const stop = stopOnDemand(host, child, options);
  const { ended, words } = listen(child);
  feed(child, options.input);
  try {
    for await (const chunk of child.stdout ?? []) await onData(chunk as Uint8Array);
    const code = await ended;
    const killed = stop.reason ?? (code === null ? 'signal' : undefined);
    return finish({ code: killed === undefined ? code : null, stderr: words(), ...(killed && { killed }) });
  } catch (error) {
    if (isMissing(error, program, options.cwd)) return finish({ code: null, stderr: '', killed: 'missing' });
    if (child.pid === undefined) throw startError(error, program, options.cwd);
    signalGroup(host, child, 'SIGKILL');
    throw error;
  } finally {
    stop.release();
  }
}

/** Starts a program as the leader of a process group of its own. */
function startInGroup(
  host: ExecHost,
  program: string,
  args: readonly string[],
  options: ExecOptions,
): ChildProcess {
  return start(program, args, {
    ...spawnOptions(host.env, options),
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
}

/** When a streaming program has ended, and what it said on stderr. */
function listen(child: ChildProcess): { ended: Promise<number | null>; words: () => string } {
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  // It is waited for only after stdout has ended.
  ended.catch(() => undefined);
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-MAX_STREAM_WORDS);
  });
  return { ended, words: () => stderr };
}

function runInteractive(
  env: Environment,
  program: string,
  args: readonly string[],
  options: Pick<ExecOptions, 'cwd' | 'env'>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    // Not detached: only the terminal's foreground process group may read from it.
    const child = start(program, args, { ...spawnOptions(env, options), stdio: 'inherit' });
    child.once('error', (error) => {
      if (isMissing(error, program, options.cwd)) resolve(errorCode(error) === 'EACCES' ? 126 : 127);
      else reject(startError(error, program, options.cwd));
    });
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + (osConstants.signals[signal ?? 'SIGKILL'] ?? 0)),
    );
  });
}

async function startDetached(
  env: Environment,
  program: string,
  args: readonly string[],
  logFile: string,
): Promise<number> {
  const flags = fsConstants.O_WRONLY | fsConstants.O_APPEND | fsConstants.O_CREAT | fsConstants.O_NOFOLLOW;
  const log = await open(logFile, flags, 0o600).catch((error: unknown) => {
    throw fileError('write', logFile, error);
  });
  try {
    const child = start(program, args, {
      ...spawnOptions(env, { cwd: '/' }),
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) => reject(startError(error, program, undefined)));
    });
    child.unref();
    return child.pid as number;
  } finally {
    await log.close();
  }
}

/** Starts a program whose stdin and stdout are a connection. */
export function dialProgram(env: Environment, program: string, args: readonly string[]): ProgramConnection {
  const child = start(program, args, { ...spawnOptions(env, {}), stdio: 'pipe' });
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null)
    throw startError(new Error('it has no streams'), program, undefined);
  return new ProgramConnection(Object.assign(child, { stdin, stdout, stderr }), program);
}

/** Some failures (arguments too long, no memory) are thrown, others come as an event. */
function start(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  try {
    return spawn(program, args, options);
  } catch (error) {
    throw startError(error, program, options.cwd?.toString());
  }
}

function spawnOptions(env: Environment, options: Pick<ExecOptions, 'cwd' | 'env'>): SpawnOptions {
  const merged: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...env, ...options.env }))
    if (value !== undefined) merged[name] = value;
  return { env: merged, ...(options.cwd === undefined ? {} : { cwd: options.cwd }) };
}

interface Output {
  lastData: () => number;
  finish: () => { stdout: string; stderr: string; truncated?: true };
}

function collectOutput(child: ChildProcess, onLine: ExecOptions['onLine']): Output {
  let lastData = performance.now();
  const streams = (['stdout', 'stderr'] as const).map((name) => {
    const kept: Buffer[] = [];
    let size = 0;
    const splitter = onLine && new LineSplitter((line) => onLine(line, name));
    child[name]?.on('data', (chunk: Buffer) => {
      lastData = performance.now();
      size += chunk.length;
      if (size <= MAX_OUTPUT_BYTES) kept.push(chunk);
      splitter?.push(chunk);
    });
    return { kept, splitter, truncated: () => size > MAX_OUTPUT_BYTES };
  });
  return {
    lastData: () => lastData,
    finish: () => {
      for (const stream of streams) stream.splitter?.end();
      const [stdout = '', stderr = ''] = streams.map((stream) => Buffer.concat(stream.kept).toString('utf8'));
      return streams.some((stream) => stream.truncated())
        ? { stdout, stderr, truncated: true }
        : { stdout, stderr };
    },
  };
}

/** Resolves when the child is gone and its output read, or its output is silent because something else holds the pipes. */
function waitForEnd(child: ChildProcess, lastData: () => number): Promise<{ code: number | null }> {
  return new Promise((resolve, reject) => {
    let watch: NodeJS.Timeout | undefined;
    let code: number | null = null;
    const end = (): void => {
      clearInterval(watch);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({ code });
    };
    child.once('error', reject);
    child.once('close', end);
    child.once('exit', (exitCode) => {
      code = exitCode;
      const exited = performance.now();
      watch = setInterval(() => {
        if (performance.now() - Math.max(exited, lastData()) >= PIPE_IDLE_MS) end();
      }, 100);
    });
  });
}

interface Stop {
  readonly reason: Killed | undefined;
  release: () => void;
}

/** Ends the child's process group on timeout or abort: politely first, then for good. */
function stopOnDemand(host: ExecHost, child: ChildProcess, options: ExecOptions): Stop {
  let reason: Killed | undefined;
  let kill: NodeJS.Timeout | undefined;
  const stop = (why: Killed): void => {
    // Gone already: its exit code counts, even while its pipes are still read.
    if (reason !== undefined || child.exitCode !== null || child.signalCode !== null) return;
    reason = why;
    signalGroup(host, child, 'SIGTERM');
    kill = setTimeout(() => signalGroup(host, child, 'SIGKILL'), TERMINATION_GRACE_MS);
  };
  const onAbort = (): void => stop('aborted');
  const timer =
    options.timeoutMs === undefined ? undefined : setTimeout(() => stop('timeout'), options.timeoutMs);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  return {
    get reason() {
      return reason;
    },
    release: () => {
      clearTimeout(timer);
      clearTimeout(kill);
      options.signal?.removeEventListener('abort', onAbort);
      // The child itself is gone; what it left behind in its group must not outlive a kill.
      if (reason !== undefined) signalGroup(host, child, 'SIGKILL');
    },
  };
}

function signalGroup(host: ExecHost, child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    host.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

function feed(child: ChildProcess, input: ExecOptions['input']): void {
  if (input === undefined || child.stdin === null) return;
  // A child that ends without reading all of its input is its own business: its exit code tells.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
}

/** ENOENT of spawn means either the program or the working folder. */
function isMissing(error: unknown, program: string, cwd: string | undefined): boolean {
  const code = errorCode(error);
  if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'ENOTDIR') return false;
  return program !== '' && (cwd === undefined || existsSync(cwd));
}

function startError(error: unknown, program: string, cwd: string | undefined): Error {
  if (cwd !== undefined && !existsSync(cwd)) return workingFolderMissing(cwd, error);
  return programNotStarted(program, error instanceof Error ? error.message : String(error), error);
}
