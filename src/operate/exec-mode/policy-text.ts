import { execPolicyNotEdited } from '../../errors/exec-errors.ts';
import type { Acceptance } from '../../policy/acceptance.ts';
import { editPolicy, type PolicyEdit } from '../../policy/edit.ts';
import type { ExecMode } from '../../policy/policy.ts';
import { PATHS } from '../../render/layout.ts';

/** What of `exec` in clawproof.yaml is to be different. */
export interface ExecEdit {
  mode?: ExecMode;
  /** Null takes it away. */
  accepted?: Acceptance | null;
  scripts?: readonly string[];
}

/**
 * The text of clawproof.yaml with another `exec`.
 * @throws AppError `exec-policy-not-edited`
 */
export function editExec(text: string, { mode, accepted, scripts }: ExecEdit): string {
  const edits: PolicyEdit[] = [];
  if (mode !== undefined) edits.push({ key: 'exec.mode', value: mode });
  if (accepted !== undefined)
    edits.push({
      key: 'exec.accepted',
      value: accepted === null ? null : { by: accepted.by, until: accepted.until },
    });
  if (scripts !== undefined)
    edits.push({ key: 'exec.scripts', value: scripts.length === 0 ? null : [...scripts] });
  return editPolicy(text, edits, PATHS.policy, (why, key) => execPolicyNotEdited(key, why));
}
