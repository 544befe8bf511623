import { firewallPolicyNotEdited } from '../../errors/firewall-errors.ts';
import { editPolicy, type PolicyEdit } from '../../policy/edit.ts';
import type { FirewallChoice } from '../../policy/policy.ts';
import { PATHS } from '../../render/layout.ts';

/** What of `firewall` in clawproof.yaml is to be different. */
interface FirewallEdit {
  enabled: boolean;
  /** Absent = as it is. */
  tool?: FirewallChoice;
}

/**
 * The text of clawproof.yaml with the firewall on or off.
 * @throws AppError `firewall-policy-not-edited`
 */
export function editFirewall(text: string, { enabled, tool }: FirewallEdit): string {
  const edits: PolicyEdit[] = [{ key: 'firewall.enabled', value: enabled }];
  if (tool !== undefined) edits.push({ key: 'firewall.tool', value: tool });
  return editPolicy(text, edits, PATHS.policy, firewallPolicyNotEdited);
}
