import { type Command, InvalidArgumentError } from 'commander';
import { execute, prepare, type Runner, type SharedOptions } from './command-builder.ts';
import { existingFolder } from './folder.ts';

const TUNE_HELP = `
Measures what the running gateway uses, and says which limits of clawproof.yaml
are too small, with the reason. The figures are the kernel's own, read from the
container's cgroup.

What runs meanwhile is stated with the result. Without --watch it is a load of
harmless calls to the running gateway: its page, its health, WebSockets that say
nothing, and the list of sessions with the token. It changes nothing, cannot
lock anybody out, and ends before the memory is used up. It shows what is too
little; only --watch for 5 minutes and more, which runs nothing and watches your
own use, can show what is too much.

Exit code 1: with the limits as they are, the gateway would be ended or cut off.

Examples:
  clawproof tune              a load of 30 seconds, 8 calls at a time
  clawproof tune --watch 10m  use OpenClaw as you do, and be measured
  clawproof tune --write      write what is suggested, then: clawproof up`;

const DAY_SECONDS = 86_400;

export function addTuneCommands(program: Command, runner: Runner): void {
  const tune = prepare(
    program.command('tune'),
    runner.host,
    'measure what the gateway uses, and suggest limits',
  )
    .option('--watch <time>', 'watch your own use for this time, such as 10m, and run no load', parseTime)
    .option('--for <time>', 'length of the load, such as 30s', parseTime, 30)
    .option('--parallel <calls>', 'calls at the same time, 1 to 64', parseCalls, 8)
    .option('--write', 'write the suggestions into clawproof.yaml')
    .addHelpText('after', TUNE_HELP);
  tune.action(async () => {
    const options = tune.optsWithGlobals<
      SharedOptions & { watch?: number; for: number; parallel: number; write?: true }
    >();
    await execute(runner, 'tune', options, async ({ ports }) => ({
      folder: await existingFolder(ports, options.folder),
      watch: options.watch ?? null,
      seconds: options.for,
      parallel: options.parallel,
      write: options.write ?? false,
    }));
  });
}

function parseTime(value: string): number {
  const match = /^(\d{1,5})(s|m|h)$/u.exec(value);
  const seconds = Number(match?.[1]) * ({ s: 1, m: 60, h: 3600 }[match?.[2] ?? ''] ?? 0);
  if (!(seconds >= 5 && seconds <= DAY_SECONDS))
    throw new InvalidArgumentError('a time from 5s to 24h, such as 30s, 10m or 2h');
  return seconds;
}

function parseCalls(value: string): number {
  const calls = Number(value);
  if (!/^\d{1,2}$/u.test(value) || calls < 1 || calls > 64)
    throw new InvalidArgumentError('a whole number from 1 to 64');
  return calls;
}
