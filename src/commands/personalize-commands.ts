import type { Command } from 'commander';
import { execute, given, prepare, type Runner, type SharedOptions } from './command-builder.ts';
import { existingFolder } from './folder.ts';
import type { PersonalizeOptions } from './options.ts';

const PERSONALIZE_HELP = `
The files that OpenClaw reads into every session of an agent:
  IDENTITY.md  its name and what it is       SOUL.md    its manner and its limits
  USER.md      what it knows of you          AGENTS.md  how it works, and ## Tools
  MEMORY.md    what it keeps for good
TOOLS.md and HEARTBEAT.md are no longer read by OpenClaw; "show" says what took
their place.

Nothing is overwritten without a diff and a question. What was there before is
kept in .clawproof/workspace-before.

Examples:
  clawproof personalize ask                   a few questions, then a diff
  clawproof personalize edit SOUL.md          in your editor ($VISUAL, $EDITOR)
  clawproof personalize protect SOUL.md       the agent can read it, not change it`;

const ASK_HELP = `
Answers for scripts, in a YAML file; each of them may be left out:
  agent: { name: Ada, creature: an owl, vibe: calm and short, emoji: "🦉" }
  user:
    name: Ann
    timezone: Europe/Berlin
    preferences: [Prefer short answers, Never use tables]
  boundaries: [Never write to my employer]
  tools: [The printer is called brother]
  remember: [The bins are emptied on Tuesdays]`;

const PROTECT_HELP = `
Writes workspace.readOnly in clawproof.yaml, mounts each file read-only over the
agent's own, restarts the gateway and tries to write them in its container. If
any attempt succeeds, or the gateway does not get ready, all of it is taken back.

The mount holds against every program of the agent. What it cannot hold is the
folder above it: with exec.mode full, a program can move the whole workspace
away. The gateway's health check sees that within 15 seconds and restarts it
with the right files.`;

interface Flags extends SharedOptions {
  agent?: string;
  answers?: string;
  yes?: true;
}

export function addPersonalizeCommands(program: Command, runner: Runner): void {
  const { host } = runner;
  const parent = prepare(
    program.command('personalize'),
    host,
    'who the agent is, and what it knows of you',
  ).addHelpText('after', PERSONALIZE_HELP);
  const add = (usage: string, summary: string): Command =>
    prepare(parent.command(usage), host, summary).option(
      '--agent <id>',
      'an agent that is not the default one',
    );
  const act = (command: Command, action: PersonalizeOptions['action']): void => {
    command.action(async (files: string | string[] | undefined) => {
      const options = command.optsWithGlobals<Flags>();
      await execute(runner, 'personalize', options, async ({ ports }) => ({
        folder: await existingFolder(ports, options.folder),
        action,
        files: typeof files === 'string' ? [files] : Array.isArray(files) ? files : [],
        ...given('agent', options.agent),
        ...given('answers', options.answers),
        yes: options.yes ?? false,
      }));
    });
  };
  act(add('show', 'list the files, or print one').argument('[file]', 'such as SOUL.md'), 'show');
  act(
    add('ask', 'a few questions, put into the files')
      .option('--answers <file>', 'take the answers from a YAML file')
      .option('-y, --yes', 'never ask; the diff is shown nevertheless')
      .addHelpText('after', ASK_HELP),
    'ask',
  );
  act(withYes(add('edit', 'change one in your editor')).argument('<file>', 'such as SOUL.md'), 'edit');
  act(
    withYes(add('protect', 'make files read-only for the agent, and prove it'))
      .argument('<file...>', 'such as SOUL.md')
      .addHelpText('after', PROTECT_HELP),
    'protect',
  );
  act(
    withYes(add('unprotect', 'let the agent change files again')).argument('<file...>', 'such as SOUL.md'),
    'unprotect',
  );
}

function withYes(command: Command): Command {
  return command.option('-y, --yes', 'never ask; the diff is shown nevertheless');
}
