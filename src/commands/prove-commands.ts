import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Ring, RINGS } from '../prove/probe.ts';
import { proofFormats, type ProofFormat } from '../report/proof/proof-formats.ts';
import { collect, execute, given, prepare, type Runner, type SharedOptions } from './command-builder.ts';
import { PROVE_HELP, VERIFY_HELP } from './help.ts';

interface ProveFlags extends SharedOptions {
  container?: string;
  ring?: Ring[];
  controls?: true;
  format: ProofFormat;
  output?: string;
  evidence?: string;
  sign?: string | true;
  verbose?: true;
}

interface VerifyFlags extends SharedOptions {
  signature?: string;
  signers?: string;
}

/** A parser of its own takes the place of the one that `choices` brings. */
function collectRing(value: string, before: Ring[] | undefined): Ring[] {
  if (!RINGS.some((name) => name === value))
    throw new InvalidArgumentError(`Allowed choices are ${RINGS.join(', ')}.`);
  return collect<Ring>(value, before);
}

/** `prove` and `verify`. */
export function addProveCommands(program: Command, runner: Runner): void {
  addProve(program, runner);
  addVerify(program, runner);
}

function addProve(program: Command, runner: Runner): void {
  const prove = prepare(
    program.command('prove'),
    runner.host,
    'attack a copy of a running deployment, and show what holds',
  )
    .argument(
      '[target]',
      'folder of a deployment, or name of a Compose project; the current folder when absent',
    )
    .option('--container <name>', 'a running container, whoever made it')
    .addOption(
      new Option('--ring <ring>', 'only this ring; may be given more than once')
        .choices(RINGS)
        .argParser(collectRing),
    )
    .option('--controls', 'also show that each attack succeeds where its protection is missing')
    .addOption(
      new Option('--format <format>', 'how the result is written').choices(proofFormats).default('text'),
    )
    .option('-o, --output <file>', 'write the result to a file')
    .option('--evidence <file>', 'also write the evidence, as JSON, to this file')
    .option('--sign [key]', 'sign the evidence with your SSH key: <file>.sig beside it')
    .option('-v, --verbose', 'also what each stopped attack met')
    .addHelpText('after', PROVE_HELP);
  prove.action(async (target: string | undefined) => {
    const flags = prove.optsWithGlobals<ProveFlags>();
    const shared = flags.format === 'json' ? { ...flags, json: true as const } : flags;
    await execute(runner, 'prove', shared, () => ({
      ...given('folder', flags.folder),
      ...given('target', target),
      ...given('container', flags.container),
      rings: flags.ring ?? [...RINGS],
      controls: flags.controls ?? false,
      format: flags.json === true ? 'json' : flags.format,
      ...given('output', flags.output),
      ...given('evidence', flags.evidence),
      ...given('sign', flags.sign),
      verbose: flags.verbose ?? false,
    }));
  });
}

function addVerify(program: Command, runner: Runner): void {
  const verify = prepare(program.command('verify'), runner.host, 'check the signature of evidence')
    .argument('<evidence>', 'evidence.json, as prove wrote it')
    .option('--signature <file>', 'the signature, when it is not <evidence>.sig')
    .option(
      '--signers <file>',
      'whose keys are trusted, as ssh-keygen reads it; default ~/.ssh/allowed_signers',
    )
    .addHelpText('after', VERIFY_HELP);
  verify.action(async (evidence: string) => {
    const flags = verify.optsWithGlobals<VerifyFlags>();
    await execute(runner, 'verify', flags, () => ({
      ...given('folder', flags.folder),
      evidence,
      ...given('signature', flags.signature),
      ...given('signers', flags.signers),
    }));
  });
}
