import type { FirewallStatus } from '../operate/firewall/status.ts';
import type { OnPlan } from '../operate/firewall/switch-on.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';

/** `clawproof firewall show` and `on --dry-run` for people. */
export function firewallPlanText(plan: OnPlan, action: 'show' | 'on', style: Style): string {
  const { names, script, unit, policy, tool } = plan;
  const file = (path: string, before: string | null, after: string): string =>
    `${style.bold(path)} ${style.dim(stateOf(before, after))}\n${printableLines(after)}`;
  const parts = [
    file(names.script, script.before, script.after),
    ...(unit.after === null
      ? ['No systemd runs here: after each start of this host, "clawproof up" loads the rules.\n']
      : [
          file(names.unitFile, unit.before?.unit ?? null, unit.after.unit),
          ...(unit.after.dropIn === null
            ? []
            : [file(names.dropIn, unit.before?.dropIn ?? null, unit.after.dropIn)]),
        ]),
  ];
  if (action === 'show') return parts.join('\n');
  const steps = [
    ...(policy.before === policy.after ? [] : ['clawproof.yaml gets firewall.enabled: true.']),
    `The first file is run, which loads the rules with ${tool.tool}, and the kernel is asked for them.`,
    ...(unit.after === null ? [] : [`systemctl enable ${names.unit}`]),
    'Nothing was changed.',
  ];
  return `${parts.join('\n')}\n${steps.join('\n')}\n`;
}

function stateOf(before: string | null, after: string): string {
  if (before === null) return '(new)';
  return before === after ? '(as it is)' : '(changed)';
}

/** Names of networks are in it. */
function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** `clawproof firewall on` for people. */
export function firewallOnText({ tool, bridges, unit, names }: OnPlan, style: Style): string {
  return [
    `${style.green('The firewall is on')}, with ${tool.tool}, for ${bridges.join(', ')}.`,
    'The containers reach no service of this host, and nobody else reaches them but through what is published for others.',
    unit.after === null
      ? 'No systemd runs here: after a start of this host, run "clawproof up" as root.'
      : `Loaded at each start of this host by ${names.unit}.`,
    'Connections that were open before stay open. Take it away: clawproof firewall off',
    '',
  ].join('\n');
}

/** `clawproof firewall off` for people. */
export function firewallOffText(found: readonly string[], dryRun: boolean): string {
  if (found.length === 0) return 'Nothing of the firewall is here.\n';
  const lines = found.map((what) => `  ${printable(what)}`).join('\n');
  return dryRun ? `Would be taken away:\n${lines}\nNothing was changed.\n` : `Taken away:\n${lines}\n`;
}

/** `clawproof firewall status` for people. */
export function firewallStatusText(status: FirewallStatus, style: Style): string {
  const { enabled, tool, networks, checks, notes } = status;
  const paint = { pass: style.green, fail: style.red, skipped: style.yellow, error: style.red };
  const lines = [
    enabled
      ? `The firewall is to be on${tool === null ? '' : `, with ${tool}`}.`
      : 'The firewall is to be off.',
    ...networks.map(({ network, bridge }) => `  ${printable(network)}  ${bridge}`),
    ...checks.map(
      ({ state, title, detail }) =>
        `${paint[state](state)}  ${title}${detail === '' ? '' : `: ${printable(detail)}`}`,
    ),
    ...notes,
  ];
  if (checks.some(({ state }) => state === 'fail'))
    lines.push(
      enabled ? 'Load the rules: sudo clawproof firewall on' : 'Take it away: sudo clawproof firewall off',
    );
  else if (!enabled) lines.push('Switch it on: sudo clawproof firewall on');
  return `${lines.join('\n')}\n`;
}
