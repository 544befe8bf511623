import { type Command, Option } from 'commander';
import { jsonAndFormat } from '../errors/audit-errors.ts';
import type { Severity } from '../measures/measure.ts';
import { type AuditFormat, auditFormats } from '../report/audit/create-report-writer.ts';
import { collect, execute, given, prepare, type Runner, type SharedOptions } from './command-builder.ts';
import { AUDIT_HELP, EXPLAIN_HELP, FIX_HELP } from './help.ts';
import type { DeploymentChoices } from './options.ts';

/** What names a deployment that is not necessarily ours. */
interface DeploymentFlags extends SharedOptions {
  file?: string[];
  envFile?: string[];
  profile?: string[];
  projectName?: string;
  projectDirectory?: string;
  service?: string;
  daemon?: string | true;
}

interface AuditFlags extends DeploymentFlags {
  recursive?: true;
  live?: string;
  evidence?: string;
  format: AuditFormat;
  output?: string;
  failOn: Severity;
  ignores: boolean;
  baseline?: string;
  writeBaseline?: string;
  verbose?: true;
}

interface FixFlags extends DeploymentFlags {
  write?: true;
  unsafe?: true;
  undo?: string | true;
  pin?: true;
  verify?: true;
  only?: string[];
  yes?: true;
}

const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** `audit`, `fix` and `explain`: they work on anybody's files, and need no engine. */
export function addAuditCommands(program: Command, runner: Runner): void {
  addAudit(program, runner);
  addFix(program, runner);
  addExplain(program, runner);
}

function addAudit(program: Command, runner: Runner): void {
  const audit = prepare(
    program.command('audit'),
    runner.host,
    'say what is wrong with any OpenClaw deployment',
  )
    .argument('[targets...]', 'compose files, Dockerfiles, openclaw.json, daemon.json, .env, or folders')
    .option('-r, --recursive', 'everything below the folders, too')
    .option('--live <name>', 'a running container, or a Compose project, as the engine sees it')
    .option('--evidence <file>', 'with --live: what "clawproof prove" found, to be shown beside it');
  addDeploymentOptions(audit)
    .addOption(
      new Option('--format <format>', 'how the report is written').choices(auditFormats).default('text'),
    )
    .option('-o, --output <file>', 'write the report to a file')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on')
        .choices(SEVERITIES)
        .default('low'),
    )
    .option('--no-ignores', 'also count what comments and clawproof-ignore.yaml suppress')
    .option('--baseline <file>', 'count only what is not in this baseline')
    .option('--write-baseline <file>', 'accept all that is found now, as a baseline')
    .option('-v, --verbose', 'also list what holds and what was not looked at')
    .addHelpText('after', AUDIT_HELP);
  audit.action(async (targets: string[]) => {
    const flags = audit.optsWithGlobals<AuditFlags>();
    const format = formatOf(flags);
    const shared = format === 'json' ? { ...flags, json: true as const } : flags;
    await execute(runner, 'audit', shared, () => ({
      ...deploymentChoices(targets, flags),
      recursive: flags.recursive ?? false,
      ...given('live', flags.live),
      ...given('evidence', flags.evidence),
      format,
      ...given('output', flags.output),
      failOn: flags.failOn,
      ignores: flags.ignores,
      ...given('baseline', flags.baseline),
      ...given('writeBaseline', flags.writeBaseline),
      verbose: flags.verbose ?? false,
    }));
  });
}

function addFix(program: Command, runner: Runner): void {
  const fix = prepare(
    program.command('fix'),
    runner.host,
    'mend what audit finds; shows a diff unless told to write',
  )
    .argument('[target]', 'a compose file, a Dockerfile, an openclaw.json or a folder')
    .option('--write', 'change the files; a backup is kept')
    .option('--unsafe', 'also what may change how OpenClaw behaves')
    .option('--only <measure>', 'only this measure; may be given more than once', collect<string>)
    .option('--pin', 'ask the registries for the digests of image tags, and pin them')
    .option(
      '--verify',
      'start the mended deployment beside the old one, on copies of its data, and say whether it gets healthy',
    )
    .option('--undo [id]', 'put back what the last --write changed, or the one with this id');
  addDeploymentOptions(fix).addHelpText('after', FIX_HELP);
  fix.action(async (target: string | undefined) => {
    const flags = fix.optsWithGlobals<FixFlags>();
    await execute(runner, 'fix', flags, () => ({
      ...deploymentChoices(target === undefined ? [] : [target], flags),
      write: flags.write ?? false,
      unsafe: flags.unsafe ?? false,
      only: flags.only ?? [],
      pin: flags.pin ?? false,
      verify: flags.verify ?? false,
      ...(flags.undo === undefined ? {} : { undo: flags.undo === true ? 'last' : flags.undo }),
    }));
  });
}

function addExplain(program: Command, runner: Runner): void {
  const explain = prepare(
    program.command('explain'),
    runner.host,
    'say why a measure is one, and how to meet it',
  )
    .argument('[measure]', 'id of the measure, as reports name it; all of them when absent')
    .addHelpText('after', EXPLAIN_HELP);
  explain.action(async (measure: string | undefined) => {
    await execute(runner, 'explain', explain.optsWithGlobals<SharedOptions>(), () =>
      given('measure', measure),
    );
  });
}

/** Options that mean what they mean for `docker compose`, and what the files do not tell. */
function addDeploymentOptions(command: Command): Command {
  return command
    .option(
      '-f, --file <file>',
      'compose file to merge into the target; may be given more than once',
      collect<string>,
    )
    .option('-p, --project-name <name>', 'name of the Compose project')
    .option('--project-directory <dir>', 'folder that relative paths of the compose files start from')
    .option(
      '--env-file <file>',
      'file of variables in place of .env; may be given more than once',
      collect<string>,
    )
    .option(
      '--profile <name>',
      'only services of this profile and of none; may be given more than once',
      collect<string>,
    )
    .option('--service <name>', 'this service is the OpenClaw gateway')
    .option('--daemon [file]', "the engine's daemon.json; /etc/docker/daemon.json when no file is named");
}

function deploymentChoices(targets: string[], flags: DeploymentFlags): DeploymentChoices {
  return {
    ...given('folder', flags.folder),
    targets,
    files: flags.file ?? [],
    envFiles: flags.envFile ?? [],
    profiles: flags.profile ?? [],
    ...given('projectName', flags.projectName),
    ...given('projectDirectory', flags.projectDirectory),
    ...given('service', flags.service),
    ...(flags.daemon === undefined
      ? {}
      : { daemon: flags.daemon === true ? '/etc/docker/daemon.json' : flags.daemon }),
  };
}

function formatOf({ format, json }: AuditFlags): AuditFormat {
  if (json !== true || format === 'json') return format;
  if (format !== 'text') throw jsonAndFormat(format);
  return 'json';
}
