import { AppError } from './app-error.ts';

/** The twin in which OpenClaw runs gave no answer. `lines` are the last of its log, without secrets. */
export function stackNotReady(reason: string, lines: readonly string[]): AppError {
  return new AppError('proof-stack-not-ready', {
    exitCode: 4,
    message: `OpenClaw did not start in its twin: ${reason}.${lines.length === 0 ? '' : ` Its last lines: ${lines.join(' | ')}`}`,
    state: 'The deployment that is proved was not touched; what the proof made is removed.',
    next: [
      'The twin has the settings of the deployment with an empty state. Where the deployment itself starts with',
      'an empty state, run the same command again when this host has less to do.',
    ],
  });
}
