import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseVersion } from '../openclaw/version.ts';
import { execute, given, prepare, type Runner, type SharedOptions } from './command-builder.ts';
import { existingFolder } from './folder.ts';

const UPDATE_HELP = `
Asks npm, with this machine's own npm configuration, which versions there are;
shows which published flaws the new one closes and which keys of openclaw.json
it takes differently. Then it makes the image, starts the new version on a copy
of the state in a container without any network, and only then switches. If the
gateway does not get ready, or a protection is lost, everything goes back, the
state included: an older OpenClaw refuses state that a newer one has migrated.

Examples:
  clawproof update              to the newest version of the line that runs
  clawproof update 2026.9.6     to this one
  clawproof update --check      exit code 1 when there is one; for cron
  clawproof update --rebuild    this version, on the Debian packages of today
  clawproof update --prune      delete what a rollback would go back to`;

const ROLLBACK_HELP = `
Puts back what was there before the last update: its state byte for byte, its
openclaw.json and its pins. Of clawproof.yaml only the version goes back. What
OpenClaw has stored since then is lost, so that it asks first.`;

export function addUpdateCommands(program: Command, runner: Runner): void {
  addUpdate(program, runner);
  addRollback(program, runner);
}

function addUpdate(program: Command, runner: Runner): void {
  const update = prepare(
    program.command('update'),
    runner.host,
    'bring OpenClaw to a newer version, or back if it fails',
  )
    .argument('[version]', 'exact version; the newest one of the line that runs when absent', exactVersion)
    .option('--check', 'only tell whether there is one; exit code 1 when there is')
    .option('--dry-run', 'show what would be done, change nothing')
    .option('--beta', 'versions before their release, too')
    .addOption(
      new Option('--rebuild', 'the same version, on the Debian packages of today').conflicts([
        'check',
        'beta',
        'prune',
      ]),
    )
    .option('--prune', 'delete what was kept for a rollback; asks first')
    .option('-y, --yes', 'never ask')
    .option('--no-prove', 'do not attack a twin of it in the end')
    .addHelpText('after', UPDATE_HELP);
  update.action(async (version: string | undefined) => {
    const options = update.optsWithGlobals<
      SharedOptions & {
        check?: true;
        dryRun?: true;
        beta?: true;
        rebuild?: true;
        prune?: true;
        yes?: true;
        prove: boolean;
      }
    >();
    await execute(runner, 'update', options, async ({ ports }) => ({
      folder: await existingFolder(ports, options.folder),
      ...given('version', version),
      check: options.check ?? false,
      dryRun: options.dryRun ?? false,
      beta: options.beta ?? false,
      rebuild: options.rebuild ?? false,
      prune: options.prune ?? false,
      yes: options.yes ?? false,
      prove: options.prove,
    }));
  });
}

function addRollback(program: Command, runner: Runner): void {
  const rollback = prepare(
    program.command('rollback'),
    runner.host,
    'go back to what was before the last update',
  )
    .option('-y, --yes', 'never ask')
    .addHelpText('after', ROLLBACK_HELP);
  rollback.action(async () => {
    const options = rollback.optsWithGlobals<SharedOptions & { yes?: true }>();
    await execute(runner, 'rollback', options, async ({ ports }) => ({
      folder: await existingFolder(ports, options.folder),
      yes: options.yes ?? false,
    }));
  });
}

/** @throws InvalidArgumentError */
export function exactVersion(value: string): string {
  if (parseVersion(value) === null)
    throw new InvalidArgumentError('an exact version of OpenClaw, such as 2026.9.6 or 2026.7.1-2');
  return value;
}
