import { AppError } from './app-error.ts';
import { shellQuote } from './quote.ts';

/** There is no container of the name that was given. */
export function containerNotFound(name: string): AppError {
  return new AppError('container-not-found', {
    exitCode: 3,
    message: `There is no container named ${shellQuote(name)}.`,
    state: 'Nothing was changed.',
    next: ['See which there are, stopped ones too:', '  docker ps --all'],
  });
}
