import { type Command, InvalidArgumentError } from 'commander';
import { execute, prepare, type Runner, type SharedOptions } from './command-builder.ts';
import { existingFolder } from './folder.ts';

export const DIAGNOSE_HELP = `
Looks at containers, logs, settings, owners, disks, clocks and ports, and says
what is wrong, what shows it, and which command mends it. Changes nothing and
starts nothing. With --container it works on any container with OpenClaw, as
far as can be seen from outside.

Exit codes:
  0  nothing found
  1  something found
  3  there is no deployment or container, or nothing of it runs
  4  nothing found, but not everything could be looked at

Examples:
  clawproof diagnose                       the deployment in this folder
  clawproof diagnose --since 15m           only what was logged lately
  clawproof diagnose --container openclaw  a container that clawproof did not make`;

const DAY_MS = 86_400_000;
const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: DAY_MS };

export function addDiagnoseCommands(program: Command, runner: Runner): void {
  const diagnose = prepare(
    program.command('diagnose'),
    runner.host,
    'say what is wrong, why, and what mends it',
  )
    .option('--container <name>', 'a container that clawproof did not make')
    .option('--since <time>', 'how far back logs are read, e.g. 15m, 6h or 2d', parseSince, DAY_MS)
    .addHelpText('after', DIAGNOSE_HELP);
  diagnose.action(async () => {
    const options = diagnose.optsWithGlobals<SharedOptions & { container?: string; since: number }>();
    await execute(runner, 'diagnose', options, async ({ ports }) => ({
      target:
        options.container === undefined
          ? { folder: await existingFolder(ports, options.folder) }
          : { container: options.container },
      sinceMs: options.since,
    }));
  });
}

function parseSince(value: string): number {
  const match = /^(\d{1,4})([mhd])$/u.exec(value);
  const unit = UNITS[match?.[2] ?? ''];
  if (match === null || unit === undefined || Number(match[1]) === 0)
    throw new InvalidArgumentError('a number with m, h or d, such as 15m');
  return Number(match[1]) * unit;
}
