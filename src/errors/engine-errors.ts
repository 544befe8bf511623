import { AppError } from './app-error.ts';
import { shellQuote } from './quote.ts';

/** No answer came from an address of this host or of a container. `url` is shown without query, fragment or credentials. */
export function httpUnreachable(url: string, reason: string, cause?: unknown): AppError {
  return new AppError(
    'http-unreachable',
    {
      exitCode: 4,
      message: `No answer from ${withoutSecrets(url)}: ${reason}.`,
      state: 'Nothing was changed by the request.',
      next: ['See whether the containers run and what they say:', '  clawproof status', '  clawproof logs'],
    },
    cause,
  );
}

/** The operating system could not start a program at all (no memory, too many processes, broken file). */
export function programNotStarted(program: string, reason: string, cause?: unknown): AppError {
  return new AppError(
    'program-not-started',
    {
      exitCode: 4,
      message: `The program ${program} could not be started: ${reason}.`,
      state: 'Nothing was started.',
      next: ['See which program that is, and whether the host has memory and processes left:', `  command -v ${shellQuote(program)}`, '  free -m'],
    },
    cause,
  );
}

/** The URL as far as it may be shown: tokens travel in queries, fragments and user parts. */
function withoutSecrets(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.origin}${parsed.pathname}`;
  } catch {
    return 'an address that is not a URL';
  }
}
