import { type Command, InvalidArgumentError } from 'commander';
import { execute, given, prepare, type Runner, type SharedOptions } from './command-builder.ts';

const DETONATE_HELP = `
Uses a skill in a throwaway twin of the gateway, and tells what it touched. The
model in there is a script: it reads SKILL.md and does all that it asks, each
command, each script, each installation. The twin holds fake secrets where
stealers look for real ones. Its only network is a cable to a canary, which
answers every name and every address and keeps what comes. Nothing of the
deployment is used but its image, and nothing stays.

Exit code 0: nothing was noticed. 1: suspicious or malicious. 4: not all could
be tried. That nothing was noticed does not make a skill harmless: what waits for
a date, or looks whether it is watched, is not seen. Scan it as well.

Examples:
  clawproof skills detonate ./weather
  clawproof skills detonate weather.zip --watch 60s
  clawproof skills detonate ./weather --json > weather.json`;

const MOST_SECONDS = 600;

export function addSkillsDetonate(skills: Command, runner: Runner): void {
  const detonate = prepare(
    skills.command('detonate'),
    runner.host,
    'use a skill in a twin that reaches nothing, and see what it touches',
  )
    .argument('<path>', 'folder or archive of the skill')
    .option('--image <image>', 'image to use it in; that of the deployment when absent')
    .option('--watch <time>', 'time to go on watching when all was done, such as 60s', parseTime, 5)
    .option('-v, --verbose', 'the whole timeline')
    .addHelpText('after', DETONATE_HELP);
  detonate.action(async (path: string) => {
    const options = detonate.optsWithGlobals<
      SharedOptions & { image?: string; watch: number; verbose?: true }
    >();
    await execute(runner, 'skillsDetonate', options, () => ({
      path,
      seconds: options.watch,
      verbose: options.verbose ?? false,
      ...given('image', options.image),
      ...given('folder', options.folder),
    }));
  });
}

function parseTime(value: string): number {
  const match = /^(\d{1,3})(s|m)$/u.exec(value);
  const seconds = Number(match?.[1]) * (match?.[2] === 'm' ? 60 : 1);
  if (!(seconds >= 1 && seconds <= MOST_SECONDS)) throw new InvalidArgumentError('a time from 1s to 10m');
  return seconds;
}
