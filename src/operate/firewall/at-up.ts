import type { UpContext } from '../up/types.ts';
import type { Check } from '../up/types.ts';
import { putScript, putUnit } from './host-files.ts';
import { loadRules, unloadRules } from './kernel.ts';
import { namesOf, planFirewall, type FirewallPlan } from './plan.ts';
import { firewallChecks, unrenderable } from './status.ts';

/** The remedy that stands behind every check that fails. */
const REMEDY = 'as root: clawproof firewall on';

/**
 * Part of `up`: where clawproof.yaml has the firewall on, its rules follow the networks as they are now. Without root it
 * only looks. Empty where the firewall is off and nothing of it is left.
 */
export async function firewallAtUp(context: UpContext): Promise<Check[]> {
  const { ports, policy } = context;
  if (!policy.firewall.enabled) return leftovers(context);
  try {
    const plan = await planFirewall({ ...context, path: context.folder });
    const before = await firewallChecks(ports, plan);
    if (!before.some(isBad) || ports.system.uid !== 0) return before.map(withRemedy);
    await bringUpToDate(context, plan);
    return (await firewallChecks(ports, plan)).map(withRemedy);
  } catch (error) {
    return [unrenderable(error)];
  }
}

/** False when the firewall is on and its rules are known not to be there: after a start of the host without systemd. */
export async function firewallHolds(context: UpContext): Promise<boolean> {
  const { ports, policy } = context;
  if (!policy.firewall.enabled) return (await leftovers(context)).length === 0;
  try {
    const plan = await planFirewall({ ...context, path: context.folder });
    return !(await firewallChecks(ports, plan)).some(isBad);
  } catch {
    return false;
  }
}

/** In the order in which a kill between them leaves nothing that the next `up` does not find. */
async function bringUpToDate({ ports }: UpContext, plan: FirewallPlan): Promise<void> {
  const { names, script, tool, tools, unit } = plan;
  await putScript(ports, names, script);
  await loadRules(ports, names.script);
  await unloadRules(
    ports,
    names,
    tools.filter((other) => other.tool !== tool.tool),
  );
  await putUnit(ports, names, unit);
}

/** Rules of a firewall that clawproof.yaml no longer has. */
async function leftovers({ ports, policy }: UpContext): Promise<Check[]> {
  const { script } = namesOf(policy.name);
  if ((await ports.files.stat(script).catch(() => null)) === null) return [];
  return [
    {
      id: 'firewall-off',
      title: 'Nothing of the firewall is on this host',
      state: 'fail',
      detail: `${script} is still there; as root: clawproof firewall off`,
    },
  ];
}

function isBad({ state }: Check): boolean {
  return state === 'fail' || state === 'error';
}

function withRemedy(check: Check): Check {
  return isBad(check) ? { ...check, detail: `${check.detail}; ${REMEDY}` } : check;
}
