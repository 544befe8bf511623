import { isAppError } from '../../errors/app-error.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Ports } from '../../ports/ports.ts';
import { usesTool } from '../../render/firewall/script.ts';
import type { Session } from '../session.ts';
import type { Check } from '../up/types.ts';
import { isUnitEnabled, readUnit } from './host-files.ts';
import { differences, readRules, rehearseRules } from './kernel.ts';
import { bridgesOf, type FirewallPlan, planFirewall } from './plan.ts';
import { planOff } from './switch-off.ts';
import { otherFirewalls } from './tools.ts';

export interface FirewallStatus {
  folder: string;
  name: string;
  /** What clawproof.yaml says. */
  enabled: boolean;
  /** Back end; null when the firewall is off. */
  tool: string | null;
  /** The deployment's networks with their interfaces. */
  networks: { network: string; bridge: string }[];
  checks: Check[];
  /** What else manages rules on this host; a sentence each. */
  notes: string[];
}

/** Compares what the kernel has with what is rendered. Changes nothing. @throws AppError of `planFirewall` */
export async function readFirewallStatus(ports: Ports, session: Session): Promise<FirewallStatus> {
  const { policy, path: folder } = session;
  const notes = await otherFirewalls(ports);
  const base = { folder, name: policy.name, enabled: policy.firewall.enabled, notes };
  if (!policy.firewall.enabled) {
    const checks = [await nothingLeft(ports, policy)];
    return { ...base, tool: null, networks: [], checks };
  }
  const plan = await planFirewall({ ...session, ports });
  return {
    ...base,
    tool: plan.tool.tool,
    networks: plan.facts.bridges.map(({ network, bridge }) => ({ network, bridge })),
    checks: await firewallChecks(ports, plan),
  };
}

/** What has to hold while the firewall is on. */
export async function firewallChecks(ports: Ports, plan: FirewallPlan): Promise<Check[]> {
  return [await scriptCheck(ports, plan), await kernelCheck(ports, plan), await bootCheck(ports, plan)];
}

async function scriptCheck({ files }: Ports, { names, script, tool }: FirewallPlan): Promise<Check> {
  const found = await files.read(names.script);
  const check = checkOf('firewall-script', 'The rules on disk are those of the networks as they are');
  if (found === null) return check('fail', `${names.script} is not there`);
  if (found === script) return check('pass', names.script);
  return check(
    'fail',
    usesTool(found, tool.tool)
      ? `${names.script} is of other networks or settings`
      : `${names.script} is for another tool`,
  );
}

async function kernelCheck(ports: Ports, plan: FirewallPlan): Promise<Check> {
  const check = checkOf('firewall-kernel', 'The kernel has the rules, IPv4 and IPv6');
  const kernel = await readRules(ports, plan.names, plan.tool, bridgesOf(plan));
  if ('why' in kernel) return check('skipped', kernel.why);
  const rendered = await rehearseRules(ports, plan.names, plan.tool, plan.script);
  if ('why' in rendered) return check('skipped', `nothing to compare them with: ${rendered.why}`);
  const problems = differences(kernel, rendered);
  if (problems.length > 0) return check('fail', problems.join('; '));
  return check('pass', `${plan.tool.tool}, compared rule by rule`);
}

async function bootCheck(ports: Ports, { names, unit }: FirewallPlan): Promise<Check> {
  const check = checkOf('firewall-boot', 'The rules are loaded at each start of this host');
  const enabled = await isUnitEnabled(ports, names);
  if (enabled === null)
    return check('skipped', 'no systemd runs here; after each start of this host: clawproof up');
  if (!enabled) return check('fail', `systemd does not load ${names.unit}`);
  const found = await readUnit(ports, names);
  if (found?.unit !== unit?.unit) return check('fail', `${names.unitFile} was changed`);
  if ((found?.dropIn ?? null) !== (unit?.dropIn ?? null))
    return check('fail', `${names.dropIn} is not there, or was changed`);
  return check('pass', names.unit);
}

/** The firewall is off: nothing of it may be left. */
async function nothingLeft(ports: Ports, policy: Policy): Promise<Check> {
  const check = checkOf('firewall-off', 'Nothing of the firewall is on this host');
  const left = await planOff(ports, { policy });
  if (ports.system.uid !== 0 && left.length === 0)
    return check('skipped', 'only root can read the rules of this host');
  return left.length === 0 ? check('pass', '') : check('fail', `still there: ${left.join(', ')}`);
}

type MakeCheck = (state: Check['state'], detail: string) => Check;

function checkOf(id: string, title: string): MakeCheck {
  return (state, detail) => ({ id, title, state, detail });
}

/** One check for what could not even be rendered. */
export function unrenderable(error: unknown): Check {
  if (!isAppError(error)) throw error;
  const state = error.id === 'firewall-not-here' ? 'skipped' : 'error';
  return checkOf('firewall', 'Rules of this host’s firewall')(state, error.entry.message);
}
