import { openYaml } from '../../documents/yaml-edit/edit-yaml.ts';
import { limitsNotEdited } from '../../errors/tune-errors.ts';
import { loadPolicy } from '../../policy/load.ts';
import type { Advice } from './advice.ts';

/**
 * The text of clawproof.yaml with the suggested limits; comments and all else stay as they are. Gives the text itself when
 * nothing is suggested.
 * @throws AppError `limits-not-edited`, and those of loadPolicy when the result were no valid policy
 */
export function editLimits(text: string, advice: readonly Advice[], file: string): string {
  const changes = advice.filter(({ suggested }) => suggested !== null);
  if (changes.length === 0) return text;
  const editor = openYaml(text);
  if ('why' in editor) throw limitsNotEdited(file, editor.why, changes);
  for (const { key, suggested } of changes) {
    const refused = editor.set(key.split('.'), suggested);
    if (refused !== undefined) throw limitsNotEdited(file, refused.why, changes);
  }
  loadPolicy(editor.text(), file);
  return editor.text();
}
