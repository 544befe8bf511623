import { AppError } from './app-error.ts';

/** The container's cgroup tells nothing, or the container ended while it was watched. */
export function limitsNotMeasured(why: string): AppError {
  return new AppError('limits-not-measured', {
    exitCode: 4,
    message: `What the gateway uses could not be measured: ${why}.`,
    state: 'Nothing was changed.',
    next: ['See whether the gateway runs: clawproof status', 'Then try again: clawproof tune'],
  });
}

/** clawproof.yaml is written in a way that the edit cannot follow. */
export function limitsNotEdited(
  file: string,
  why: string,
  changes: readonly { key: string; suggested: string | number | null }[],
): AppError {
  return new AppError('limits-not-edited', {
    exitCode: 4,
    message: `The limits could not be written into ${file}: ${why}.`,
    state: 'The file is as it was.',
    next: [
      'Write them yourself, then run clawproof up:',
      ...changes.map(({ key, suggested }) => `  ${key}: ${suggested}`),
    ],
  });
}
