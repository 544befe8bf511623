import { firewallNotHere } from '../../errors/firewall-errors.ts';
import type { EngineReport } from '../../engine/engine-report.ts';
import type { FirewallChoice } from '../../policy/policy.ts';
import type { Ports } from '../../ports/ports.ts';
import { firewallNames, type FirewallNames } from '../../render/firewall/names.ts';
import type { FirewallFacts } from '../../render/firewall/rules.ts';
import { loadScript, type UsableTool } from '../../render/firewall/script.ts';
import { firewallUnit, type FirewallUnit } from '../../render/firewall/unit.ts';
import { contentHash } from '../content-hash.ts';
import { firewallFacts, type FirewallSource } from './facts.ts';
import { chooseTool, findTools } from './tools.ts';

/** All that a deployment's firewall consists of, rendered for this host. */
export interface FirewallPlan {
  facts: FirewallFacts;
  names: FirewallNames;
  /** Back ends that this host has; the chosen one is among them. */
  tools: UsableTool[];
  tool: UsableTool;
  script: string;
  /** What systemd is told; null where none runs. */
  unit: FirewallUnit | null;
}

export interface PlanSource extends FirewallSource {
  ports: Ports;
  engine: EngineReport;
}

/**
 * Renders the rules for the networks as they are now. Changes nothing, and needs no root.
 * @param choice which back end, instead of the policy's
 * @throws AppError `firewall-not-here`, `firewall-tool-missing`, and those of `firewallFacts`
 */
export async function planFirewall(source: PlanSource, choice?: FirewallChoice): Promise<FirewallPlan> {
  const { ports, engine, policy } = source;
  if (engine.kind !== 'local') throw firewallNotHere(engine.kind);
  const facts = await firewallFacts(source);
  const names = namesOf(policy.name);
  const tools = await findTools(ports);
  const tool = chooseTool(tools, choice ?? policy.firewall.tool);
  return {
    facts,
    names,
    tools,
    tool,
    script: loadScript(facts, names, tool),
    unit: (await hasSystemd(ports)) ? firewallUnit(names, tool.tool) : null,
  };
}

export function namesOf(deployment: string): FirewallNames {
  return firewallNames(deployment, contentHash(deployment).slice(0, 8));
}

/** True where systemd runs: elsewhere nobody would read a unit. */
export async function hasSystemd({ files }: Pick<Ports, 'files'>): Promise<boolean> {
  return (await files.stat('/run/systemd/system').catch(() => null)) !== null;
}

export function bridgesOf({ facts }: FirewallPlan): string[] {
  return facts.bridges.map(({ bridge }) => bridge);
}
