import { openYaml } from '../../documents/yaml-edit/edit-yaml.ts';
import { firewallPolicyNotEdited } from '../../errors/firewall-errors.ts';
import type { FirewallChoice } from '../../policy/policy.ts';

/** What of `firewall` in clawproof.yaml is to be different. */
interface FirewallEdit {
  enabled: boolean;
  /** Absent = as it is. */
  tool?: FirewallChoice;
}

/**
 * The text of clawproof.yaml with the firewall on or off; all else, comments too, stays as it is.
 * @throws AppError `firewall-policy-not-edited`
 */
export function editFirewall(text: string, { enabled, tool }: FirewallEdit): string {
  const editor = openYaml(text);
  if ('why' in editor) throw firewallPolicyNotEdited(editor.why);
  const refused = [
    editor.set(['firewall', 'enabled'], enabled),
    tool === undefined ? undefined : editor.set(['firewall', 'tool'], tool),
  ].find((why) => why !== undefined);
  if (refused !== undefined) throw firewallPolicyNotEdited(refused.why);
  return editor.text();
}
