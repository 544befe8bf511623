import { limitsNotEdited } from '../../errors/tune-errors.ts';
import { editPolicy } from '../../policy/edit.ts';
import type { Advice } from './advice.ts';

/**
 * The text of clawproof.yaml with the suggested limits; the text itself when nothing is suggested.
 * @throws AppError `limits-not-edited`, and those of loadPolicy when the result were no valid policy
 */
export function editLimits(text: string, advice: readonly Advice[], file: string): string {
  const changes = advice.filter(({ suggested }) => suggested !== null);
  const edits = changes.map(({ key, suggested }) => ({ key, value: suggested }));
  return editPolicy(text, edits, file, (why) => limitsNotEdited(file, why, changes));
}
