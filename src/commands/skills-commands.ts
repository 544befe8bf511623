import { type Command, Option } from 'commander';
import { execute, prepare, type Runner, type SharedOptions } from './command-builder.ts';
import { addSkillsDetonate } from './skills-detonate-command.ts';
import { existingFolder } from './folder.ts';
import type { SkillsOptions } from './options.ts';

const SKILLS_HELP = `
A skill is a text that the agent obeys, and programs that it runs. What is judged
here is everything in it, hidden and encoded things and archives included; nothing
of it is run, and nothing is fetched.

  allow    nothing was found that speaks against it; that is no proof
  review   somebody has to look at what was found
  block    it does what no honest skill does

OpenClaw itself asks the same scanner before it installs a skill, whoever told it
to (skills.judgeInstalls in clawproof.yaml).`;

const SCAN_HELP = `
PATH is a folder or an archive (zip, tar, tgz); NAME is a skill of this deployment.
Exit code 1: the verdict is review or block.

Examples:
  clawproof skills scan ./weather-brief
  clawproof skills scan skill.zip --format sarif > skill.sarif`;

const INSTALL_HELP = `
The skill is read into a quarantine, judged, pinned in clawproof.lock by the hash of
all its files, and copied to the folder skills, which the gateway reads and cannot
write. A blocked skill is never installed; for one to review you are asked.`;

/** `skills` and what is below it. */
export function addSkillsCommands(program: Command, runner: Runner): void {
  const skills = prepare(program.command('skills'), runner.host, 'judge, install and verify skills');
  skills.addHelpText('after', SKILLS_HELP);
  addScan(skills, runner);
  addInstall(skills, runner);
  for (const [action, summary] of [
    ['list', 'list the skills that are pinned'],
    ['verify', 'compare them with clawproof.lock, and judge them anew'],
  ] as const) {
    const command = prepare(skills.command(action), runner.host, summary);
    command.action(() => run(runner, command.optsWithGlobals<SharedOptions>(), { action }));
  }
  const remove = prepare(skills.command('remove'), runner.host, 'take a skill out; its folder is kept aside');
  remove
    .argument('<name>', 'name of the skill')
    .action((name: string) =>
      run(runner, remove.optsWithGlobals<SharedOptions>(), { action: 'remove', name }),
    );
  addSkillsDetonate(skills, runner);
}

function addScan(skills: Command, runner: Runner): void {
  const scan = prepare(skills.command('scan'), runner.host, 'judge a skill before anything is installed')
    .argument('<path-or-name>', 'folder, archive, or name of an installed skill')
    .addOption(new Option('--format <format>', 'how it is shown').choices(['text', 'sarif']).default('text'))
    .addHelpText('after', SCAN_HELP);
  scan.action(async (given: string) => {
    const options = scan.optsWithGlobals<SharedOptions & { format: 'text' | 'sarif' }>();
    await execute(runner, 'skills', options, async ({ ports }) => ({
      // A path needs no deployment.
      folder: await existingFolder(ports, options.folder).catch(() => null),
      action: 'scan',
      given,
      format: options.format,
    }));
  });
}

function addInstall(skills: Command, runner: Runner): void {
  const install = prepare(
    skills.command('install'),
    runner.host,
    'judge a skill, pin it and hand it to OpenClaw',
  )
    .argument('<path>', 'folder or archive')
    .option('--accept-review', 'install it although somebody has to look at what was found')
    .addHelpText('after', INSTALL_HELP);
  install.action(async (given: string) => {
    const options = install.optsWithGlobals<SharedOptions & { acceptReview?: true }>();
    await run(runner, options, { action: 'install', given, acceptReview: options.acceptReview ?? false });
  });
}

type Wanted = SkillsOptions extends infer Each
  ? Each extends unknown
    ? Omit<Each, 'folder'>
    : never
  : never;

async function run(runner: Runner, options: SharedOptions, wanted: Wanted): Promise<void> {
  await execute(runner, 'skills', options, async ({ ports }) => ({
    folder: await existingFolder(ports, options.folder),
    ...wanted,
  }));
}
