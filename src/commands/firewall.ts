import { readFolder } from '../operate/folder.ts';
import { readFirewallStatus } from '../operate/firewall/status.ts';
import { planOff, switchOff } from '../operate/firewall/switch-off.ts';
import { type OnPlan, planOn, switchOn } from '../operate/firewall/switch-on.ts';
import { openSession } from '../operate/session.ts';
import {
  firewallOffText,
  firewallOnText,
  firewallPlanText,
  firewallStatusText,
} from '../report/firewall-text.ts';
import { createStyle } from '../report/style.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { FirewallOptions } from './options.ts';

export async function run(context: CommandContext, options: FirewallOptions): Promise<number> {
  if (options.action === 'off') return off(context, options);
  if (options.action === 'status') return status(context, options.folder);
  return on(context, options);
}

async function on(
  { ports, output, version }: CommandContext,
  options: Extract<FirewallOptions, { action: 'on' | 'show' }>,
): Promise<number> {
  const { terminal } = ports;
  const { folder, tool, dryRun } = options;
  const request = { folder, toolVersion: version, ...(tool === undefined ? {} : { tool }) };
  const plan = dryRun
    ? await planOn({ ...(await openSession(ports, folder)), ports }, tool)
    : await switchOn(ports, request);
  const style = createStyle(terminal.colour);
  if (output.json) terminal.out(`${JSON.stringify(jsonOf(plan, dryRun), null, 2)}\n`);
  else terminal.out(dryRun ? firewallPlanText(plan, options.action, style) : firewallOnText(plan, style));
  return exitCodes.done;
}

function jsonOf(plan: OnPlan, dryRun: boolean): Record<string, unknown> {
  const { names, tool, bridges, script, unit, policy } = plan;
  return {
    ok: true,
    dryRun,
    tool: tool.tool,
    interfaces: bridges,
    names: { table: names.table, input: names.input, forward: names.forward },
    changed:
      script.before !== script.after ||
      policy.before !== policy.after ||
      unit.before?.unit !== unit.after?.unit ||
      unit.before?.dropIn !== unit.after?.dropIn,
    script: { path: names.script, text: script.after },
    unit: unit.after === null ? null : { path: names.unitFile, text: unit.after.unit },
    dropIn: typeof unit.after?.dropIn === 'string' ? { path: names.dropIn, text: unit.after.dropIn } : null,
  };
}

async function off(
  { ports, output, version }: CommandContext,
  { folder, dryRun }: Extract<FirewallOptions, { action: 'off' }>,
): Promise<number> {
  const found = dryRun
    ? await planOff(ports, await readFolder(ports, folder))
    : await switchOff(ports, { folder, toolVersion: version });
  ports.terminal.out(
    output.json
      ? `${JSON.stringify({ ok: true, dryRun, changed: found.length > 0, found }, null, 2)}\n`
      : firewallOffText(found, dryRun),
  );
  return exitCodes.done;
}

async function status({ ports, output }: CommandContext, folder: string): Promise<number> {
  const { terminal } = ports;
  const result = await readFirewallStatus(ports, await openSession(ports, folder));
  const states = result.checks.map(({ state }) => state);
  const isWrong = states.includes('fail');
  const isKnown = !result.checks.some(
    ({ id, state }) => state === 'error' || (state === 'skipped' && id !== 'firewall-boot'),
  );
  terminal.out(
    output.json
      ? `${JSON.stringify({ ok: !isWrong && isKnown, ...result }, null, 2)}\n`
      : firewallStatusText(result, createStyle(terminal.colour)),
  );
  if (isWrong) return exitCodes.checkFailed;
  return isKnown ? exitCodes.done : exitCodes.incomplete;
}
