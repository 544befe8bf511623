import { AppError, type ErrorEntry, type ErrorProblem, type SourcePosition } from './app-error.ts';

const UNTOUCHED = 'Nothing was changed; what runs keeps running.';

type Problems = readonly [ErrorProblem, ...ErrorProblem[]];

/** clawproof.yaml is YAML, but keys or values in it are not what they must be. All problems, in the order of the file. */
export function policyInvalid(file: string, problems: Problems): AppError {
  return new AppError('policy-invalid', {
    exitCode: 2,
    ...counted(file, problems),
    state: UNTOUCHED,
    next: [
      problems.length > 1
        ? 'Correct these lines and run the command again.'
        : 'Correct this line and run the command again.',
      'All keys, with what they may hold:',
      '  clawproof config schema',
    ],
  });
}

/** clawproof.yaml cannot be read as YAML. */
export function policySyntax(file: string, problems: Problems): AppError {
  return new AppError('policy-syntax', {
    exitCode: 2,
    ...counted(file, problems),
    state: UNTOUCHED,
    next: ['Correct the place that is marked, or the line above it, and run the command again.'],
  });
}

export function policyEmpty(file: string): AppError {
  return new AppError('policy-empty', {
    exitCode: 2,
    message: `${file} is empty, or everything in it is a comment.`,
    state: UNTOUCHED,
    next: ['Write at least this line into it; every other key has a default:', '  version: 1'],
  });
}

/** The file is too large, or not text. `problem` completes "clawproof.yaml …". */
export function policyUnreadable(file: string, problem: string): AppError {
  return new AppError('policy-unreadable', {
    exitCode: 2,
    message: `${file} ${problem}.`,
    state: UNTOUCHED,
    next: ['Take the file back from version control or a backup, or save it again as UTF-8 text.'],
  });
}

/** `found` is the format version in the file, `supported` the newest that this clawproof reads. */
export function policyTooNew(
  file: string,
  found: number,
  supported: number,
  position: SourcePosition,
): AppError {
  return new AppError('policy-too-new', {
    exitCode: 2,
    message: `${file} was written by a newer clawproof (format ${found}; this one knows up to ${supported}).`,
    state: UNTOUCHED,
    next: ['Use the newer clawproof:', '  npx clawproof@latest up'],
    position,
  });
}

function counted(file: string, problems: Problems): Pick<ErrorEntry, 'message' | 'position' | 'problems'> {
  const [first] = problems;
  const position = first.position && { position: first.position };
  if (problems.length === 1) return { message: `${file} cannot be used. ${first.message}`, ...position };
  return { message: `${file} cannot be used: it has ${problems.length} problems.`, ...position, problems };
}
