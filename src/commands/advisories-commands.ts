import type { Command } from 'commander';
import { execute, given, prepare, type Runner, type SharedOptions } from './command-builder.ts';
import { existingFolder, folderIfThere } from './folder.ts';
import { exactVersion } from './update-commands.ts';

const ADVISORIES_HELP = `
Looks into the images that run, not at their names: which OpenClaw is in them,
which Debian packages, which Node. Nothing of an image is run for that. What was
not looked at is said, and never counts as free of flaws.

OpenClaw's list came with clawproof and is as old as it; "advisories update"
takes a newer one. Debian's list is that of its security tracker (data/json):
--debian-data takes it and keeps it for the next time. clawproof asks nobody by
itself; the date of each list is always shown.

Examples:
  clawproof advisories                          what runs here
  clawproof advisories --debian-data json       and its Debian packages
  clawproof advisories --image openclaw:local   an image of somebody else
  clawproof advisories 2026.5.22                only what is known of a version

Exit code 1 when OpenClaw has a published flaw, a Debian package has one that
Debian has mended, or an image is not what its label or name says.`;

const ADVISORIES_UPDATE_HELP = `
Reads JSON as the GitHub advisory API gives it, or in the OSV format. clawproof
asks nobody by itself. With GitHub's own program:

  gh api --paginate '/advisories?affects=openclaw&per_page=100' > advisories.json
  clawproof advisories update --from advisories.json`;

const SBOM_HELP = `
Writes a CycloneDX 1.6 document: the images of the deployment, their Debian
packages, npm packages with their hashes, Node and OpenClaw, and the hash of
clawproof.lock. The same images give the same bytes. Nothing of an image is run.

Examples:
  clawproof sbom -o openclaw.cdx.json
  clawproof sbom --image openclaw:local`;

export function addAdvisoriesCommands(program: Command, runner: Runner): void {
  addAdvisories(program, runner);
  addSbom(program, runner);
}

function addAdvisories(program: Command, runner: Runner): void {
  const { host } = runner;
  const advisories = prepare(program.command('advisories'), host, 'list the published flaws of what runs')
    .argument('[version]', 'only what is known of this version', exactVersion)
    .option('--image <reference>', 'an image of this machine, instead of those of the deployment')
    .option('--debian-data <place>', "file, or https address, with the list of Debian's security tracker")
    .addHelpText('after', ADVISORIES_HELP);
  advisories.action(async (version: string | undefined) => {
    const options = advisories.optsWithGlobals<SharedOptions & { image?: string; debianData?: string }>();
    await execute(runner, 'advisories', options, async ({ ports }) => ({
      action: 'list',
      folder:
        options.image === undefined
          ? await existingFolder(ports, options.folder)
          : await folderIfThere(ports, options.folder),
      ...given('version', version),
      ...given('image', options.image),
      ...given('debianData', options.debianData),
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

function addSbom(program: Command, runner: Runner): void {
  const sbom = prepare(program.command('sbom'), runner.host, 'list all that is in the images (CycloneDX)')
    .option('--image <reference>', 'an image of this machine, instead of those of the deployment')
    .option('-o, --output <file>', 'write it to a file')
    .addHelpText('after', SBOM_HELP);
  sbom.action(async () => {
    const options = sbom.optsWithGlobals<SharedOptions & { image?: string; output?: string }>();
    await execute(runner, 'sbom', options, async ({ ports }) => ({
      folder:
        options.image === undefined
          ? await existingFolder(ports, options.folder)
          : await folderIfThere(ports, options.folder),
      ...given('image', options.image),
      ...given('output', options.output),
    }));
  });
}
