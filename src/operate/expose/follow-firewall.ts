import type { Policy } from '../../policy/policy.ts';
import type { ChangeContext } from '../change/change.ts';
import { firewallAtUp } from '../firewall/at-up.ts';
import type { Check } from '../up/types.ts';

/**
 * Brings the rules of this host's firewall to the ports that are published now, where the firewall is on; to be called when
 * compose.yaml and the networks are those of `policy`. Empty where it is off. Without root the rules stay as they are, and
 * that is said: they then let less in than they could, or name a port that nobody publishes any more.
 */
export async function followFirewall(context: ChangeContext, policy: Policy): Promise<Check[]> {
  const { path: folder, ports } = context;
  if (!policy.firewall.enabled) return [];
  const checks = await firewallAtUp({ ...context, folder, policy });
  if (ports.system.uid === 0) return checks;
  return checks.map((check) => (check.state === 'fail' ? { ...check, state: 'skipped' } : check));
}
