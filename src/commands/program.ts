import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { folderGivenTwice } from '../errors/usage-errors.ts';
import { addAuditCommands } from './audit-commands.ts';
import { execute, prepare, type ProgramHost, type Runner, type SharedOptions } from './command-builder.ts';
import { exitCodes } from './exit-codes.ts';
import { existingFolder, folderForUp } from './folder.ts';
import { DOWN_HELP, ENGINE_INSTALL_HELP, OPENCLAW_HELP, PROGRAM_HELP, UP_HELP } from './help.ts';
import { addProveCommands } from './prove-commands.ts';
import { addTokenCommands } from './token-commands.ts';
import { addSecretsCommands } from './secrets-commands.ts';
import { addExecCommands } from './exec-commands.ts';
import { addBackupCommands } from './backup-commands.ts';
import { addUpdateCommands } from './update-commands.ts';
import { addAdvisoriesCommands } from './advisories-commands.ts';
import { addTuneCommands } from './tune-commands.ts';
import { addDiagnoseCommands } from './diagnose-commands.ts';
import { addPersonalizeCommands } from './personalize-commands.ts';
import { addExposeCommands } from './expose-commands.ts';
import { addFirewallCommands } from './firewall-commands.ts';
import { addHostCommands } from './host-commands.ts';
import { addSkillsCommands } from './skills-commands.ts';

/**
 * Parses the arguments behind the program's name, runs the command and resolves with the exit code.
 * @throws AppError for wrong usage, and whatever the command throws.
 */
export async function runProgram(args: readonly string[], host: ProgramHost): Promise<number> {
  const runner: Runner = { host, exitCode: exitCodes.done };
  const program = createProgram(runner);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help was asked for and printed, or printed as an error because no command was named.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
  return runner.exitCode;
}

function createProgram(runner: Runner): Command {
  const { host } = runner;
  const program = new Command('clawproof');
  program
    .usage('<command> [options]')
    .version(host.version, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'print help for a command, as its --help does')
    .enablePositionalOptions()
    .addHelpText('after', PROGRAM_HELP)
    .configureOutput({ writeOut: host.terminal.out, writeErr: host.terminal.err, outputError: () => {} });
  prepare(program, host, 'run OpenClaw in Docker, locked down, and prove it');
  addLifecycleCommands(program, runner);
  addAuditCommands(program, runner);
  addProveCommands(program, runner);
  addInspectionCommands(program, runner);
  addTokenCommands(program, runner);
  addSecretsCommands(program, runner);
  addExecCommands(program, runner);
  addBackupCommands(program, runner);
  addUpdateCommands(program, runner);
  addAdvisoriesCommands(program, runner);
  addTuneCommands(program, runner);
  addDiagnoseCommands(program, runner);
  addPersonalizeCommands(program, runner);
  addExposeCommands(program, runner);
  addFirewallCommands(program, runner);
  addHostCommands(program, runner);
  addSkillsCommands(program, runner);
  addRecoverCommand(program, runner);
  addEngineCommands(program, runner);
  addConfigCommands(program, runner);
  return program;
}

function addLifecycleCommands(program: Command, runner: Runner): void {
  const { host } = runner;
  const up = prepare(program.command('up'), host, 'set up OpenClaw in a folder, start it and prove it')
    .argument('[folder]', 'folder of the deployment; created when it is not there')
    .option('--dry-run', 'show what would change, change nothing')
    .option('-y, --yes', 'never ask')
    .option('--no-prove', 'do not attack a twin of it in the end')
    .addHelpText('after', UP_HELP);
  up.action(async (argument: string | undefined) => {
    const options = up.optsWithGlobals<SharedOptions & { dryRun?: true; yes?: true; prove: boolean }>();
    const given = oneFolder(argument, options.folder);
    await execute(runner, 'up', options, async ({ ports }) => ({
      folder: await folderForUp(ports, given),
      dryRun: options.dryRun ?? false,
      yes: options.yes ?? false,
      prove: options.prove,
    }));
  });

  const down = prepare(program.command('down'), host, 'stop it; keeps all data')
    .option('--volumes', 'also delete what OpenClaw has stored; asks first')
    .option('-y, --yes', 'never ask')
    .addHelpText('after', DOWN_HELP);
  down.action(async () => {
    const options = down.optsWithGlobals<SharedOptions & { volumes?: true; yes?: true }>();
    await execute(runner, 'down', options, async ({ ports }) => ({
      folder: await existingFolder(ports, options.folder),
      volumes: options.volumes ?? false,
      yes: options.yes ?? false,
    }));
  });
}

function addInspectionCommands(program: Command, runner: Runner): void {
  const { host } = runner;
  const status = prepare(program.command('status'), host, 'show what runs and whether it is well');
  status.action(async () => {
    const options = status.optsWithGlobals<SharedOptions>();
    await execute(runner, 'status', options, async ({ ports }) => ({
      folder: await existingFolder(ports, options.folder),
    }));
  });

  const logs = prepare(program.command('logs'), host, 'show the logs of the containers')
    .option('-f, --follow', 'go on until Ctrl-C')
    .option('-n, --tail <lines>', 'lines to show per service, or "all"', parseTail, 100)
    .option('-s, --service <name...>', 'only these services: gateway, egress, ingress');
  logs.action(async () => {
    const options = logs.optsWithGlobals<
      SharedOptions & { follow?: true; tail: number | 'all'; service?: string[] }
    >();
    await execute(runner, 'logs', options, async ({ ports }) => ({
      folder: await existingFolder(ports, options.folder),
      follow: options.follow ?? false,
      tail: options.tail,
      services: options.service ?? [],
    }));
  });

  const dashboard = prepare(
    program.command('dashboard'),
    host,
    "print the address of OpenClaw's control page",
  ).option('--open', 'open it in the browser');
  dashboard.action(async () => {
    const options = dashboard.optsWithGlobals<SharedOptions & { open?: true }>();
    await execute(runner, 'dashboard', options, async ({ ports }) => ({
      folder: await existingFolder(ports, options.folder),
      open: options.open ?? false,
    }));
  });

  const openclaw = prepare(
    program.command('openclaw'),
    host,
    "run one of OpenClaw's own commands inside the cage",
  )
    .usage('[options] -- <arguments…>')
    .argument('[arguments...]', "arguments for OpenClaw's own command line")
    .passThroughOptions()
    .addHelpText('after', OPENCLAW_HELP);
  openclaw.action(async (args: string[]) => {
    const options = openclaw.optsWithGlobals<SharedOptions>();
    await execute(runner, 'openclaw', options, async ({ ports }) => ({
      folder: await existingFolder(ports, options.folder),
      args,
    }));
  });
}

function addRecoverCommand(program: Command, runner: Runner): void {
  const recover = prepare(program.command('recover'), runner.host, 'end a change that was interrupted');
  recover.action(async () => {
    const options = recover.optsWithGlobals<SharedOptions>();
    await execute(runner, 'recover', options, async ({ ports }) => ({
      folder: await existingFolder(ports, options.folder),
    }));
  });
}

function addEngineCommands(program: Command, runner: Runner): void {
  const { host } = runner;
  const engine = prepare(program.command('engine'), host, 'install or look at Docker Engine and Compose');
  const install = prepare(
    engine.command('install'),
    host,
    "install them from Debian's packages and start them",
  )
    .option('--dry-run', 'print the commands, run none')
    .option('-y, --yes', 'never ask')
    .addHelpText('after', ENGINE_INSTALL_HELP);
  install.action(async () => {
    const options = install.optsWithGlobals<SharedOptions & { dryRun?: true; yes?: true }>();
    await execute(runner, 'engine', options, () => ({
      action: 'install',
      dryRun: options.dryRun ?? false,
      yes: options.yes ?? false,
    }));
  });
  const status = prepare(engine.command('status'), host, 'show which engine is used and what it lacks');
  status.action(async () => {
    await execute(runner, 'engine', status.optsWithGlobals<SharedOptions>(), () => ({ action: 'status' }));
  });
}

function addConfigCommands(program: Command, runner: Runner): void {
  const { host } = runner;
  const config = prepare(program.command('config'), host, 'check clawproof.yaml, or print its schema');
  const schema = prepare(
    config.command('schema'),
    host,
    'print the JSON Schema of clawproof.yaml, for editors',
  );
  schema.action(async () => {
    await execute(runner, 'config', schema.optsWithGlobals<SharedOptions>(), () => ({ action: 'schema' }));
  });
  const validate = prepare(config.command('validate'), host, 'check clawproof.yaml and change nothing');
  validate.action(async () => {
    const options = validate.optsWithGlobals<SharedOptions>();
    await execute(runner, 'config', options, async ({ ports }) => ({
      action: 'validate',
      folder: await existingFolder(ports, options.folder),
    }));
  });
}

function oneFolder(argument: string | undefined, option: string | undefined): string | undefined {
  if (argument !== undefined && option !== undefined && argument !== option)
    throw folderGivenTwice(argument, option);
  return argument ?? option;
}

function parseTail(value: string): number | 'all' {
  if (value === 'all') return 'all';
  if (!/^\d{1,9}$/u.test(value)) throw new InvalidArgumentError('a number of lines, or all');
  return Number(value);
}
