import { applyEdits } from '../../documents/text-edit.ts';
import { setIn } from '../../documents/yaml-edit/edit-yaml.ts';
import { policyNotEditable } from '../../errors/update-errors.ts';
import { loadPolicy } from '../../policy/load.ts';

/**
 * clawproof.yaml with another version of OpenClaw; nothing else of it changes by a byte.
 * @throws AppError `policy-not-editable`
 */
export function withVersion(policyText: string, version: string): string {
  const edits = setIn(policyText, ['openclaw', 'version'], version);
  if ('why' in edits) throw policyNotEditable(edits.why, version);
  const text = applyEdits(policyText, edits);
  // An alias or a merge key may say something else than what was written.
  if (loadPolicy(text, 'clawproof.yaml').openclaw.version !== version)
    throw policyNotEditable('it does not stand there as plain text', version);
  return text;
}
