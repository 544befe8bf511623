import type { Command } from 'commander';
import { collect, execute, given, prepare, type Runner, type SharedOptions } from './command-builder.ts';
import { existingFolder } from './folder.ts';

const SECRETS_HELP = `
Keys of model providers and tokens of channels stand in files of their own, one
for each: secrets/keys/NAME, mode 0400, owned by the gateway's user, mounted
read-only. openclaw.json only refers to them, and neither the environment nor a
command line ever has one.

Examples:
  clawproof secrets set OPENAI_API_KEY --for models.providers.openai.apiKey
  clawproof secrets import     move what stands in openclaw.json into such files
  clawproof secrets scan       look where else their values are`;

const SET_HELP = `
The value is asked for at a prompt that does not show it, or read from stdin; it
is never an argument. The gateway takes it at once, without a restart.

Settings that take a reference are, among others:
  models.providers.<provider>.apiKey   channels.telegram.botToken
  channels.discord.token               channels.slack.botToken, .appToken
  skills.entries.<skill>.apiKey        plugins.entries.<plugin>.config.…apiKey

Examples:
  clawproof secrets set OPENAI_API_KEY --for models.providers.openai.apiKey
  pass show telegram | clawproof secrets set TELEGRAM_BOT_TOKEN --for channels.telegram.botToken`;

const IMPORT_HELP = `
Looks for keys as plain text in openclaw.json, .env and compose.yaml, shows what
it would move, and asks. Each value becomes a file, and a reference stands in its
place. Whole or not at all: an interruption takes everything back.

The former files are kept in .clawproof/secrets-backup, a folder that only you
can read; they still hold the keys, so remove them when all works.

Exit code 1 when a key stays where it is, because nothing could refer to it.`;

const SCAN_HELP = `
Searches for the values of all known keys (as they are, in base64, URL-encoded,
and broken over lines) and for texts that look like keys, in: the files of the
folder, the state of OpenClaw, backups, logs of the containers, their
environment, the images with all layers, and the history of git. It prints places,
never values. Nothing leaves this machine, and no key is on a command line.

Exit code 1 when something was found, 4 when something could not be looked at.`;

export function addSecretsCommands(program: Command, runner: Runner): void {
  const { host } = runner;
  const secrets = prepare(program.command('secrets'), host, 'keep keys of providers and channels in files')
    .addHelpText('after', SECRETS_HELP)
    .addHelpCommand(false);
  addSet(secrets, runner);
  addList(secrets, runner);
  addRemove(secrets, runner);
  addImport(secrets, runner);
  addScan(secrets, runner);
}

function addSet(secrets: Command, runner: Runner): void {
  const set = prepare(secrets.command('set'), runner.host, 'store a key, or replace it')
    .argument('<name>', 'capital letters, digits and _: OPENAI_API_KEY')
    .option('--for <setting>', 'let this setting of openclaw.json refer to it')
    .addHelpText('after', SET_HELP);
  set.action(async (name: string) => {
    const options = set.optsWithGlobals<SharedOptions & { for?: string }>();
    await execute(runner, 'secrets', options, async ({ ports }) => ({
      action: 'set',
      folder: await existingFolder(ports, options.folder),
      name,
      ...given('setting', options.for),
    }));
  });
}

function addList(secrets: Command, runner: Runner): void {
  const list = prepare(
    secrets.command('list'),
    runner.host,
    'show the names of the keys, never their values',
  );
  list.action(async () => {
    const options = list.optsWithGlobals<SharedOptions>();
    await execute(runner, 'secrets', options, async ({ ports }) => ({
      action: 'list',
      folder: await existingFolder(ports, options.folder),
    }));
  });
}

function addRemove(secrets: Command, runner: Runner): void {
  const remove = prepare(secrets.command('remove'), runner.host, 'delete a key; asks first')
    .argument('<name>', 'as "secrets list" shows it')
    .option('--with-settings', 'also remove the settings that refer to it')
    .option('-y, --yes', 'never ask');
  remove.action(async (name: string) => {
    const options = remove.optsWithGlobals<SharedOptions & { withSettings?: true; yes?: true }>();
    await execute(runner, 'secrets', options, async ({ ports }) => ({
      action: 'remove',
      folder: await existingFolder(ports, options.folder),
      name,
      withSettings: options.withSettings ?? false,
      yes: options.yes ?? false,
    }));
  });
}

function addImport(secrets: Command, runner: Runner): void {
  const move = prepare(
    secrets.command('import'),
    runner.host,
    'move keys out of settings into files; asks first',
  )
    .option('--dry-run', 'show what would be moved, change nothing')
    .option('--no-backup', 'do not keep the former files')
    .option('-y, --yes', 'never ask')
    .addHelpText('after', IMPORT_HELP);
  move.action(async () => {
    const options = move.optsWithGlobals<SharedOptions & { dryRun?: true; backup: boolean; yes?: true }>();
    await execute(runner, 'secrets', options, async ({ ports }) => ({
      action: 'import',
      folder: await existingFolder(ports, options.folder),
      dryRun: options.dryRun ?? false,
      backup: options.backup,
      yes: options.yes ?? false,
    }));
  });
}

function addScan(secrets: Command, runner: Runner): void {
  const scan = prepare(secrets.command('scan'), runner.host, 'look where keys are that should not be there')
    .option('--no-images', 'leave out the layers of the images, which take longest')
    .option('--also <path>', 'search this file or folder, too; may be given more than once', collect<string>)
    .addHelpText('after', SCAN_HELP);
  scan.action(async () => {
    const options = scan.optsWithGlobals<SharedOptions & { images: boolean; also?: string[] }>();
    await execute(runner, 'secrets', options, async ({ ports }) => ({
      action: 'scan',
      folder: await existingFolder(ports, options.folder),
      images: options.images,
      also: options.also ?? [],
    }));
  });
}
