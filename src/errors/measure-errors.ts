import { AppError } from './app-error.ts';

/** A measure that does not exist. `nearest` are the ids that the user may have meant. */
export function unknownMeasure(id: string, nearest: readonly string[]): AppError {
  const hint = nearest.length === 0 ? '' : ` Did you mean ${nearest.join(' or ')}?`;
  return new AppError('unknown-measure', {
    exitCode: 2,
    message: `There is no measure "${id}".${hint}`,
    state: 'Nothing was read, started or changed.',
    next: ['List all measures:', '  clawproof explain'],
  });
}
