import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { BACKUP_HELP, BACKUP_SCHEDULE_HELP, BACKUP_VERIFY_HELP, RESTORE_HELP } from './backup-help.ts';
import { collect, execute, given, prepare, type Runner, type SharedOptions } from './command-builder.ts';
import { existingFolder } from './folder.ts';
import type { BackupKeyOptions, BackupLockOptions } from './options.ts';

interface LockFlags extends SharedOptions {
  passphraseFile?: string;
  recipient?: string[];
  encryption: boolean;
}

interface KeyFlags extends SharedOptions {
  passphraseFile?: string;
  identity?: string;
}

/** `backup`, with its subcommands, and `restore`. */
export function addBackupCommands(program: Command, runner: Runner): void {
  const backup = prepare(
    program.command('backup'),
    runner.host,
    'write all of a deployment into one encrypted file',
  );
  backup.addHelpText('after', BACKUP_HELP);
  addCreate(backup, runner);
  addList(backup, runner);
  addVerify(backup, runner);
  addSchedule(backup, runner);
  addRestore(program, runner);
}

function addCreate(backup: Command, runner: Runner): void {
  const summary = 'make a backup now; what "clawproof backup" does by itself';
  const create = prepare(backup.command('create', { isDefault: true }), runner.host, summary)
    .option('-o, --output <path>', 'file, or folder for a file; without it backups/ of the deployment')
    .option('--keep <number>', 'afterwards remove all but so many of the newest backups there', parseCount)
    .addHelpText('after', BACKUP_HELP);
  addLockOptions(create).action(async () => {
    const options = create.optsWithGlobals<LockFlags & { output?: string; keep?: number }>();
    await execute(runner, 'backup', options, async ({ ports }) => ({
      action: 'create',
      folder: await existingFolder(ports, options.folder),
      ...given('output', absoluteOutput(ports.system.cwd, options.output)),
      ...given('keep', options.keep),
      ...lockOptions(ports.system.cwd, options),
    }));
  });
}

function addList(backup: Command, runner: Runner): void {
  const list = prepare(backup.command('list'), runner.host, 'show the backups that are there');
  list.action(async () => {
    const options = list.optsWithGlobals<SharedOptions>();
    await execute(runner, 'backup', options, async ({ ports }) => ({
      action: 'list',
      folder: await existingFolder(ports, options.folder),
    }));
  });
}

function addVerify(backup: Command, runner: Runner): void {
  const verify = prepare(backup.command('verify'), runner.host, 'check a backup, and start a twin from it')
    .argument('<file>', 'the backup')
    .addHelpText('after', BACKUP_VERIFY_HELP);
  addKeyOptions(verify).action(async (file: string) => {
    const options = verify.optsWithGlobals<KeyFlags>();
    await execute(runner, 'backup', options, async ({ ports }) => ({
      action: 'verify',
      folder: await existingFolder(ports, options.folder),
      file: resolve(ports.system.cwd, file),
      ...keyOptions(ports.system.cwd, options),
    }));
  });
}

function addSchedule(backup: Command, runner: Runner): void {
  const schedule = prepare(
    backup.command('schedule'),
    runner.host,
    'have backups made by the system, day by day',
  )
    .option('--daily', 'every day, at night')
    .option('--weekly', 'every Sunday, at night')
    .option('--off', 'make no more scheduled backups; those that are there stay')
    .option('--keep <number>', 'so many of the newest stay', parseCount, 14)
    .option('-o, --output <folder>', 'folder for the backups; without it backups/ of the deployment')
    .option('--dry-run', 'print what would be written, write nothing')
    .addHelpText('after', BACKUP_SCHEDULE_HELP);
  addLockOptions(schedule).action(async () => {
    const options = schedule.optsWithGlobals<
      LockFlags & { daily?: true; weekly?: true; off?: true; keep: number; output?: string; dryRun?: true }
    >();
    const every = [options.daily && 'daily', options.weekly && 'weekly', options.off && 'off'].filter(
      Boolean,
    );
    if (every.length !== 1) schedule.error('say one of --daily, --weekly and --off');
    await execute(runner, 'backup', options, async ({ ports }) => ({
      action: 'schedule',
      folder: await existingFolder(ports, options.folder),
      every: every[0] as 'daily' | 'weekly' | 'off',
      keep: options.keep,
      dryRun: options.dryRun ?? false,
      ...given('output', absoluteOutput(ports.system.cwd, options.output)),
      ...lockOptions(ports.system.cwd, options),
    }));
  });
}

function addRestore(program: Command, runner: Runner): void {
  const restore = prepare(
    program.command('restore'),
    runner.host,
    'put a backup in the place of what is there',
  )
    .argument('<file>', 'the backup')
    .option('-y, --yes', 'never ask')
    .addHelpText('after', RESTORE_HELP);
  addKeyOptions(restore).action(async (file: string) => {
    const options = restore.optsWithGlobals<KeyFlags & { yes?: true }>();
    await execute(runner, 'restore', options, async ({ ports }) => ({
      folder: await existingFolder(ports, options.folder),
      file: resolve(ports.system.cwd, file),
      yes: options.yes ?? false,
      ...keyOptions(ports.system.cwd, options),
    }));
  });
}

function addLockOptions(command: Command): Command {
  return command
    .option(
      '-r, --recipient <recipient>',
      'encrypt for this age recipient (age1…); may be repeated',
      collect<string>,
    )
    .option('--passphrase-file <file>', 'encrypt with the passphrase in the first line of a file')
    .option('--no-encryption', 'do not encrypt: whoever gets the file has every secret in it');
}

function addKeyOptions(command: Command): Command {
  return command
    .option('--identity <file>', 'age identity (AGE-SECRET-KEY-1…) that opens it, as age-keygen writes it')
    .option('--passphrase-file <file>', 'file whose first line is the passphrase');
}

function lockOptions(cwd: string, { passphraseFile, recipient, encryption }: LockFlags): BackupLockOptions {
  return {
    recipients: recipient ?? [],
    encryption,
    ...given('passphraseFile', absolute(cwd, passphraseFile)),
  };
}

function keyOptions(cwd: string, { passphraseFile, identity }: KeyFlags): BackupKeyOptions {
  return {
    ...given('passphraseFile', absolute(cwd, passphraseFile)),
    ...given('identity', absolute(cwd, identity)),
  };
}

function absolute(cwd: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(cwd, path);
}

/** A slash at the end says that a folder is meant. */
function absoluteOutput(cwd: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  return path.endsWith('/') ? `${resolve(cwd, path)}/` : resolve(cwd, path);
}

function parseCount(value: string): number {
  if (!/^[1-9]\d{0,3}$/u.test(value)) throw new InvalidArgumentError('a number from 1 to 9999');
  return Number(value);
}
