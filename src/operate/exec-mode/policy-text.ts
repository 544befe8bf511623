import type { EditValue } from '../../documents/yaml-edit/values.ts';
import { openYaml, type YamlEditor } from '../../documents/yaml-edit/edit-yaml.ts';
import { execPolicyNotEdited } from '../../errors/exec-errors.ts';
import type { Acceptance } from '../../policy/acceptance.ts';
import type { ExecMode } from '../../policy/policy.ts';

/** What of `exec` in clawproof.yaml is to be different. */
export interface ExecEdit {
  mode?: ExecMode;
  /** Null takes it away. */
  accepted?: Acceptance | null;
  scripts?: readonly string[];
}

/**
 * The text of clawproof.yaml with another `exec`; all else, comments too, stays as it is.
 * @throws AppError `exec-policy-not-edited`
 */
export function editExec(text: string, { mode, accepted, scripts }: ExecEdit): string {
  const editor = openYaml(text);
  if ('why' in editor) throw execPolicyNotEdited('another exec', editor.why);
  if (mode !== undefined) set(editor, 'mode', mode);
  if (accepted === null) remove(editor, 'accepted');
  else if (accepted !== undefined) set(editor, 'accepted', { by: accepted.by, until: accepted.until });
  if (scripts?.length === 0) remove(editor, 'scripts');
  else if (scripts !== undefined) set(editor, 'scripts', [...scripts]);
  return editor.text();
}

function set(editor: YamlEditor, key: string, value: EditValue): void {
  const refused = editor.set(['exec', key], value);
  if (refused !== undefined) throw execPolicyNotEdited(`exec.${key}`, refused.why);
}

function remove(editor: YamlEditor, key: string): void {
  const refused = editor.remove(['exec', key], 1);
  if (refused !== undefined) throw execPolicyNotEdited(`no exec.${key}`, refused.why);
}
