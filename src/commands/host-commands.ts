import { type Command, Option } from 'commander';
import { SANDBOX_PLATFORMS, type SandboxPlatform } from '../operate/host/sandbox-platform.ts';
import { execute, given, prepare, type Runner, type SharedOptions } from './command-builder.ts';

const HOST_HELP = `
What concerns the engine of this host and all its containers, not one deployment.

Examples:
  clawproof host status            what protects, what is missing, which limits are not enforced
  clawproof host harden --dry-run  the proposal, as a diff of daemon.json
  clawproof host harden            the same, asked, applied, taken back when the engine does not come up
  clawproof host harden --undo     daemon.json as it was
  clawproof host sandbox           gVisor's runsc for preset sandboxed, and what it holds on this host`;

const HARDEN_HELP = `
Sets in daemon.json: no-new-privileges, live-restore, log limits, icc off, and userns-remap. All other keys stay.

userns-remap begins a new folder in which the engine sees none of its images, volumes and containers. Where there are
any it is left out, unless --userns is given: then tagged images and named volumes are copied, with their owners moved,
and the originals stay. Containers must be stopped before, and are made anew afterwards by "clawproof up".`;

const SANDBOX_HELP = `
Makes gVisor's runsc known to the engine (runtimes.runsc in daemon.json; nothing is restarted), then runs containers
under it that exceed their limits, and says what holds on this host. Exit code 1: something does not hold. Where a container hangs at its memory limit, try
--platform ptrace: slower, and ended properly.`;

interface Flags extends SharedOptions {
  dryRun?: true;
  yes?: true;
  undo?: true;
  userns?: true;
  restart: boolean;
  install?: true;
  platform?: SandboxPlatform;
}

export function addHostCommands(program: Command, runner: Runner): void {
  const host = prepare(program.command('host'), runner.host, 'harden the engine of this host').addHelpText(
    'after',
    HOST_HELP,
  );
  const status = prepare(host.command('status'), runner.host, 'show how well the engine protects its host');
  status.action(async () => {
    await execute(runner, 'host', status.optsWithGlobals<SharedOptions>(), () => ({ action: 'status' }));
  });

  const harden = prepare(
    host.command('harden'),
    runner.host,
    'propose and apply better settings of the engine',
  )
    .option('--userns', 'also userns-remap, and take images and volumes along')
    .option('--no-restart', 'only write; the engine takes it at its next start')
    .option('--undo', 'take back what was set')
    .option('--dry-run', 'show what would change, change nothing')
    .option('-y, --yes', 'never ask')
    .addHelpText('after', HARDEN_HELP);
  harden.action(async () => {
    const options = harden.optsWithGlobals<Flags>();
    await execute(runner, 'host', options, () => ({
      action: 'harden',
      withUserNamespace: options.userns ?? false,
      restart: options.restart,
      ...changeFlags(options),
    }));
  });

  const sandbox = prepare(host.command('sandbox'), runner.host, 'prepare and try preset sandboxed (gVisor)')
    .option('--install', "install runsc from Debian's packages first")
    .addOption(new Option('--platform <name>', 'how runsc catches system calls').choices(SANDBOX_PLATFORMS))
    .option('--undo', 'take the runtime out of daemon.json')
    .option('--dry-run', 'show what would change, change and try nothing')
    .option('-y, --yes', 'never ask')
    .addHelpText('after', SANDBOX_HELP);
  sandbox.action(async () => {
    const options = sandbox.optsWithGlobals<Flags>();
    await execute(runner, 'host', options, () => ({
      action: 'sandbox',
      install: options.install ?? false,
      ...given('platform', options.platform),
      ...changeFlags(options),
    }));
  });
}

function changeFlags({ undo, dryRun, yes }: Flags): { undo: boolean; dryRun: boolean; yes: boolean } {
  return { undo: undo ?? false, dryRun: dryRun ?? false, yes: yes ?? false };
}
