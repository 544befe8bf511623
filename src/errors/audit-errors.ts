import { AppError } from './app-error.ts';
import { shellQuote } from './quote.ts';

const NOTHING_CHANGED = 'Nothing was changed.';

/** A file that is read as text holds NUL bytes: it is a program, an archive or UTF-16. */
export function fileNotText(path: string): AppError {
  return new AppError('file-not-text', {
    exitCode: 4,
    message: `${path} holds NUL bytes, so it is no text file.`,
    state: NOTHING_CHANGED,
    next: ['See what it is, and save it as UTF-8 text:', `  file ${shellQuote(path)}`],
  });
}
