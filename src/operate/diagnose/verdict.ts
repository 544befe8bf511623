import type { DiagnosisReport } from './diagnose.ts';

export type DiagnosisVerdict = 'found' | 'nothing' | 'not-there' | 'incomplete';

/**
 * What the exit code tells. What was found counts more than what could not be looked at; and where nothing is but the
 * files, that nothing runs is not worth more than that.
 */
export function verdictOf({ cases, isThere, skipped }: DiagnosisReport): DiagnosisVerdict {
  const found = cases.filter(({ state }) => state === 'found');
  if (!isThere && found.every(({ id }) => id === 'not-running')) return 'not-there';
  if (found.length > 0) return 'found';
  return skipped.length > 0 || cases.some(({ state }) => state === 'skipped') ? 'incomplete' : 'nothing';
}
