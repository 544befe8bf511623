import { firewallRulesRefused } from '../../errors/firewall-errors.ts';
import type { FirewallChoice } from '../../policy/policy.ts';
import type { Ports } from '../../ports/ports.ts';
import { type ChangeRequest, runChange } from '../change/run-change.ts';
import { readUnit } from './host-files.ts';
import { rehearseRules } from './kernel.ts';
import { firewallOnChange, type FirewallOnMemo } from './on-change.ts';
import { bridgesOf, planFirewall, type PlanSource } from './plan.ts';
import { editFirewall } from './policy-text.ts';
import { requireRoot } from './require-root.ts';

interface OnRequest extends ChangeRequest {
  /** Also written into the policy; absent = as it says. */
  tool?: FirewallChoice;
}

/** What "on" would do: texts before and after, and the commands. */
export type OnPlan = FirewallOnMemo;

/**
 * What `on` would do here. Changes nothing.
 * @throws AppError of `planFirewall`; `firewall-policy-not-edited`
 */
export async function planOn(
  source: PlanSource & { policyText: string },
  tool: FirewallChoice | undefined,
): Promise<OnPlan> {
  const { files } = source.ports;
  const plan = await planFirewall(source, tool);
  return {
    names: plan.names,
    bridges: bridgesOf(plan),
    tools: plan.tools,
    tool: plan.tool,
    policy: {
      before: source.policyText,
      after: editFirewall(source.policyText, { enabled: true, ...(tool === undefined ? {} : { tool }) }),
    },
    script: { before: await files.read(plan.names.script), after: plan.script },
    unit: { before: await readUnit(source.ports, plan.names), after: plan.unit },
  };
}

/**
 * Switches the firewall on, or loads its rules anew.
 * @throws AppError; then all is as it was, unless it says something else
 */
export async function switchOn(ports: Ports, request: OnRequest): Promise<OnPlan> {
  requireRoot(ports, 'clawproof firewall on');
  return runChange(ports, request, firewallOnChange, async (context) => {
    const plan = await planOn(context, request.tool);
    const rehearsed = await rehearseRules(ports, plan.names, plan.tool, plan.script.after);
    if ('why' in rehearsed) throw firewallRulesRefused('a rehearsal of the rules', rehearsed.why);
    return plan;
  });
}
