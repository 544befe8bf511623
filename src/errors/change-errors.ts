import { AppError, isAppError } from './app-error.ts';
import { shellQuote } from './quote.ts';

/** .clawproof/change.json cannot be understood. */
export function changeUnreadable(path: string, cause: unknown): AppError {
  return new AppError(
    'change-unreadable',
    {
      exitCode: 4,
      message: `${path} tells of a change that was interrupted, and cannot be understood.`,
      state: 'Nothing was changed now.',
      next: [
        'Was it edited, or cut short by a full disk? See what it says:',
        `  cat ${shellQuote(path)}`,
        'When the deployment is as you want it, remove the file; "clawproof up" then checks everything.',
      ],
    },
    cause,
  );
}

/** The interrupted change is none that this version of clawproof knows. */
export function changeUnknown(name: string): AppError {
  return new AppError('change-unknown', {
    exitCode: 4,
    message: `"clawproof ${name}" was interrupted, and this version of clawproof does not know that command.`,
    state: 'Nothing was changed now.',
    next: ['End it with the version of clawproof that began it: run its "clawproof recover".'],
  });
}

/** A step failed, and so did the way back. */
export function changeNotTakenBack(name: string, first: unknown, second: unknown): AppError {
  return new AppError(
    'change-not-taken-back',
    {
      exitCode: 4,
      message: `"clawproof ${name}" failed (${wordsOf(first)}), and taking it back failed, too (${wordsOf(second)}).`,
      state: 'The change is half made; what was done is written down in .clawproof/change.json.',
      next: ['Mend what the message names, then take the rest back:', '  clawproof recover'],
    },
    second,
  );
}

/** A step failed after the new state had become the valid one. */
export function changeNotCompleted(name: string, cause: unknown): AppError {
  return new AppError(
    'change-not-completed',
    {
      exitCode: 4,
      message: `"clawproof ${name}" could not be completed: ${wordsOf(cause)}`,
      state: 'The new state is the valid one; what is left to do is written down in .clawproof/change.json.',
      next: ['Mend what the message names, then complete it:', '  clawproof recover'],
    },
    cause,
  );
}

function wordsOf(error: unknown): string {
  if (isAppError(error)) return error.entry.message;
  return error instanceof Error ? error.message : String(error);
}
