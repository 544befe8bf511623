import { type Command, Option } from 'commander';
import { FIREWALL_CHOICES } from '../policy/firewall-choices.ts';
import type { FirewallChoice } from '../policy/policy.ts';
import { execute, given, prepare, type Runner, type SharedOptions } from './command-builder.ts';
import { existingFolder } from './folder.ts';

const FIREWALL_HELP = `
Rules of this host, for the networks of this deployment and for nothing else:
  - its containers reach no service of this host: no SSH, no database, no
    port that another container publishes;
  - nobody else reaches the containers, but through a port that the deployment
    publishes for others. Docker itself lets neighbours in through the
    container's own address, and past UFW.

Every rule names an interface of the deployment, so no other traffic, SSH least
of all, ever meets one. They have a table or chains of their own; "off" takes
away all of it, and all else stays as it was.

on and off need root; show, status and --dry-run change nothing.`;

const ON_HELP = `
Writes firewall.enabled into clawproof.yaml, loads the rules, compares what the
kernel has with what was meant, and has systemd load them at each start of this
host. When a step fails, all of it is taken back. May be run again at any time.
"clawproof up" keeps the rules in step with the networks.

What the containers shall reach on this host all the same, such as a local
model, is a list in clawproof.yaml:
  firewall:
    hostPorts: [11434]

Examples:
  clawproof firewall on --dry-run   show what would be done
  sudo clawproof firewall on
  sudo clawproof firewall on --tool iptables-nft`;

const STATUS_HELP = `
Exit codes:
  0  the firewall is as clawproof.yaml has it
  1  it is not
  4  that could not be looked at; only root can read the rules`;

/** `firewall` and what is below it. */
export function addFirewallCommands(program: Command, runner: Runner): void {
  const firewall = prepare(
    program.command('firewall'),
    runner.host,
    "this host's firewall for the deployment's networks",
  ).addHelpText('after', FIREWALL_HELP);

  const show = prepare(firewall.command('show'), runner.host, 'print the rules, and what loads them');
  show.addOption(toolOption()).action(async () => {
    const options = show.optsWithGlobals<SharedOptions & { tool?: FirewallChoice }>();
    await run(runner, options, { action: 'show', dryRun: true, ...given('tool', options.tool) });
  });

  const on = prepare(
    firewall.command('on'),
    runner.host,
    'load the rules, now and at each start of this host',
  );
  on.addOption(toolOption())
    .option('--dry-run', 'show what would be done, change nothing')
    .addHelpText('after', ON_HELP)
    .action(async () => {
      const options = on.optsWithGlobals<SharedOptions & { tool?: FirewallChoice; dryRun?: true }>();
      const dryRun = options.dryRun ?? false;
      await run(runner, options, { action: 'on', dryRun, ...given('tool', options.tool) });
    });

  const off = prepare(firewall.command('off'), runner.host, 'take all of it away');
  off.option('--dry-run', 'show what would be done, change nothing').action(async () => {
    const options = off.optsWithGlobals<SharedOptions & { dryRun?: true }>();
    await run(runner, options, { action: 'off', dryRun: options.dryRun ?? false });
  });

  const status = prepare(
    firewall.command('status'),
    runner.host,
    'compare what the kernel has with what was meant',
  ).addHelpText('after', STATUS_HELP);
  status.action(async () => {
    await run(runner, status.optsWithGlobals<SharedOptions>(), { action: 'status' });
  });
}

function toolOption(): Option {
  return new Option(
    '--tool <name>',
    'what holds the rules: auto, nft, iptables-nft or iptables-legacy',
  ).choices(FIREWALL_CHOICES);
}

type Asked =
  | { action: 'on' | 'show'; tool?: FirewallChoice; dryRun: boolean }
  | { action: 'off'; dryRun: boolean }
  | { action: 'status' };

async function run(runner: Runner, shared: SharedOptions, asked: Asked): Promise<void> {
  await execute(runner, 'firewall', shared, async ({ ports }) => ({
    folder: await existingFolder(ports, shared.folder),
    ...asked,
  }));
}
