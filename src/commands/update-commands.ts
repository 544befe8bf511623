import { type Command, InvalidArgumentError } from 'commander';
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
  clawproof update --prune      delete what a rollback would go back to`;

const ROLLBACK_HELP = `
Puts back what was there before the last update: its state byte for byte, its
openclaw.json and its pins. Of clawproof.yaml only the version goes back. What
OpenClaw has stored since then is lost, so that it asks first.`;

const ADVISORIES_HELP = `
The list came with clawproof and is as old as it; its date is always shown.
"advisories update" takes a newer one from a file or an address that you name.`;

const ADVISORIES_UPDATE_HELP = `
Reads JSON as the GitHub advisory API gives it, or in the OSV format. clawproof
asks nobody by itself. With GitHub's own program:

  gh api --paginate '/advisories?affects=openclaw&per_page=100' > advisories.json
  clawproof advisories update --from advisories.json`;

export function addUpdateCommands(program: Command, runner: Runner): void {
  addUpdate(program, runner);
  addRollback(program, runner);
  addAdvisories(program, runner);
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
    .option('--prune', 'delete what was kept for a rollback; asks first')
    .option('-y, --yes', 'never ask')
    .option('--no-prove', 'do not attack a twin of it in the end')
    .addHelpText('after', UPDATE_HELP);
  update.action(async (version: string | undefined) => {
    const options = update.optsWithGlobals<
      SharedOptions & { check?: true; dryRun?: true; beta?: true; prune?: true; yes?: true; prove: boolean }
    >();
    await execute(runner, 'update', options, async ({ ports }) => ({
      folder: await existingFolder(ports, options.folder),
      ...given('version', version),
      check: options.check ?? false,
      dryRun: options.dryRun ?? false,
      beta: options.beta ?? false,
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

function addAdvisories(program: Command, runner: Runner): void {
  const { host } = runner;
  const advisories = prepare(
    program.command('advisories'),
    host,
    'list the published flaws of the version that runs',
  )
    .argument('[version]', 'another version', exactVersion)
    .addHelpText('after', ADVISORIES_HELP);
  advisories.action(async (version: string | undefined) => {
    const options = advisories.optsWithGlobals<SharedOptions>();
    await execute(runner, 'advisories', options, async ({ ports }) => ({
      action: 'list',
      folder: await existingFolder(ports, options.folder),
      ...given('version', version),
    }));
  });
  const update = prepare(
    advisories.command('update'),
    host,
    'take newer advisories from a file or an address',
  )
    .requiredOption('--from <place>', 'file, or https address, with advisories as JSON')
    .addHelpText('after', ADVISORIES_UPDATE_HELP);
  update.action(async () => {
    const options = update.optsWithGlobals<SharedOptions & { from: string }>();
    await execute(runner, 'advisories', options, async ({ ports }) => ({
      action: 'update',
      folder: await existingFolder(ports, options.folder),
      from: options.from,
    }));
  });
}

function exactVersion(value: string): string {
  if (parseVersion(value) === null)
    throw new InvalidArgumentError('an exact version of OpenClaw, such as 2026.9.6 or 2026.7.1-2');
  return value;
}
