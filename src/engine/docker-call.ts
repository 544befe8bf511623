import type { ExecOptions, ExecResult } from '../ports/exec.ts';
import type { Ports } from '../ports/ports.ts';
import {
  dockerMissing,
  engineAnswerUnreadable,
  engineCallFailed,
  engineTimeout,
} from '../errors/engine-errors.ts';
import { classifyEngineFailure, lastErrorLine } from './engine-failure.ts';

export type DockerPorts = Pick<Ports, 'exec' | 'signal'>;

export interface CallOptions extends Pick<ExecOptions, 'cwd' | 'env' | 'input' | 'onLine'> {
  /** Completes "could not …" in the error. */
  action: string;
  timeoutMs: number;
  /** Exit codes that are no failure, beside 0. */
  accept?: (result: ExecResult) => boolean;
}

/**
 * Runs a docker command with a time limit.
 * @throws AppError when it cannot be run, takes too long or fails; the signal's reason when it was aborted
 */
export async function callDocker(
  ports: DockerPorts,
  program: string,
  args: readonly string[],
  options: CallOptions,
): Promise<ExecResult> {
  const { action, accept, ...execOptions } = options;
  const result = await ports.exec.run(program, args, { ...execOptions, signal: ports.signal });
  throwIfKilled(ports, program, result, options);
  if (result.code === 0 || accept?.(result)) return result;
  throw engineCallFailed(action, classifyEngineFailure(result.stderr), lastErrorLine(result.stderr));
}

/** @throws AppError when the program is missing or took too long; the signal's reason when it was aborted */
export function throwIfKilled(
  ports: DockerPorts,
  program: string,
  result: ExecResult,
  options: Pick<CallOptions, 'action' | 'timeoutMs'>,
): void {
  if (result.killed === undefined) return;
  if (result.killed === 'aborted') throw ports.signal.reason;
  if (result.killed === 'missing') throw dockerMissing(program);
  if (result.killed === 'timeout') throw engineTimeout(options.action, options.timeoutMs);
  throw engineCallFailed(options.action, 'other', `${program} was killed by a signal`);
}

/** One JSON value, as inspect and info print it. */
export function parseAnswer<T>(action: string, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw engineAnswerUnreadable(action, text);
  }
}

/** Either one JSON array or one JSON object a line: Compose went from the first to the second in 2.21. */
export function parseAnswers<T>(action: string, text: string): T[] {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  if (trimmed.startsWith('[')) return parseAnswer<T[]>(action, trimmed);
  return trimmed.split('\n').map((line) => parseAnswer<T>(action, line));
}
