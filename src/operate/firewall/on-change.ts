import { firewallNotAsRendered } from '../../errors/firewall-errors.ts';
import type { FirewallNames } from '../../render/firewall/names.ts';
import { type UsableTool, usesTool } from '../../render/firewall/script.ts';
import type { FirewallUnit } from '../../render/firewall/unit.ts';
import type { Change, ChangeStep } from '../change/change.ts';
import { writePolicyText } from '../policy-file.ts';
import { putScript, putUnit } from './host-files.ts';
import { differences, loadRules, readRules, rehearseRules, unloadRules } from './kernel.ts';

/** What the steps of switching the firewall on have to know; `before` null = it was not there. */
export interface FirewallOnMemo {
  names: FirewallNames;
  /** Interfaces of the deployment. */
  bridges: string[];
  tools: UsableTool[];
  tool: UsableTool;
  /** Texts of clawproof.yaml. */
  policy: { before: string; after: string };
  script: { before: string | null; after: string };
  unit: { before: FirewallUnit | null; after: FirewallUnit | null };
}

type Step = ChangeStep<FirewallOnMemo>;

const policyStep: Step = {
  id: 'policy',
  title: 'clawproof.yaml',
  run: (context, { policy }) => writePolicyText(context, policy.after),
  undo: (context, { policy }) => writePolicyText(context, policy.before),
};

const scriptStep: Step = {
  id: 'script',
  title: 'Script that loads the rules',
  run: async ({ ports }, { names, script }, report) => {
    await putScript(ports, names, script.after);
    report(names.script);
  },
  undo: ({ ports }, { names, script }) => putScript(ports, names, script.before),
};

const loadStep: Step = {
  id: 'rules',
  title: 'Rules in the kernel',
  run: async ({ ports }, { names, tools, tool }, report) => {
    await loadRules(ports, names.script);
    await unloadRules(ports, names, others(tools, tool));
    report(tool.tool);
  },
  undo: async ({ ports }, { names, tools, script }) => {
    const { before } = script;
    if (before === null) return unloadRules(ports, names, tools);
    // The steps are taken back last one first: the earlier script comes back here, with its rules.
    await putScript(ports, names, before);
    await loadRules(ports, names.script);
    await unloadRules(
      ports,
      names,
      tools.filter(({ tool }) => !usesTool(before, tool)),
    );
  },
};

const checkStep: Step = {
  id: 'check',
  title: 'The kernel has what was rendered',
  run: async ({ ports }, { names, tool, bridges, script }, report) => {
    const kernel = await readRules(ports, names, tool, bridges);
    const rendered = await rehearseRules(ports, names, tool, script.after);
    const problems =
      'why' in kernel ? [kernel.why] : 'why' in rendered ? [rendered.why] : differences(kernel, rendered);
    if (problems.length > 0) throw firewallNotAsRendered(problems);
    report('IPv4 and IPv6');
  },
};

const unitStep: Step = {
  id: 'unit',
  title: 'Loaded at each start of this host',
  run: async ({ ports }, { names, unit }, report) => {
    await putUnit(ports, names, unit.after);
    report(unit.after === null ? 'no systemd here' : names.unit);
  },
  undo: ({ ports }, { names, unit }) => putUnit(ports, names, unit.before),
};

/** Switches the firewall on, or brings its rules up to date: whole, or not at all. */
export const firewallOnChange: Change<FirewallOnMemo> = {
  name: 'firewall on',
  commitAt: 'done',
  steps: [
    policyStep,
    scriptStep,
    loadStep,
    checkStep,
    unitStep,
    { id: 'done', title: 'Done', run: () => Promise.resolve() },
  ],
};

function others(tools: readonly UsableTool[], chosen: UsableTool): UsableTool[] {
  return tools.filter(({ tool }) => tool !== chosen.tool);
}
