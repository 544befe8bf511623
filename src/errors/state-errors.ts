import { AppError } from './app-error.ts';
import { shellQuote } from './quote.ts';

/** One volume could not be copied into another, or not be compared with it. */
export function stateNotCopied(from: string, to: string, words: string): AppError {
  return new AppError('state-not-copied', {
    exitCode: 4,
    message: `The state in the volume ${from} could not be copied to ${to}, or not be compared with it: ${words}`,
    state: `${from} is as it was; ${to} may be incomplete.`,
    next: ['Is there space? See: docker system df; df -h', 'Then try again.'],
  });
}

/** A volume that clawproof did not make is to be deleted. */
export function stateNotOurs(name: string): AppError {
  return new AppError('state-not-ours', {
    exitCode: 4,
    message: `The volume ${name} is no copy that clawproof has made, so clawproof does not delete it.`,
    state: 'Nothing was deleted.',
    next: [`See what it is: docker volume inspect ${shellQuote(name)}`],
  });
}
