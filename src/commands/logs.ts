import { openSession } from '../operate/session.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { LogsOptions } from './options.ts';

export async function run(
  { ports, output }: CommandContext,
  { folder, follow, tail, services }: LogsOptions,
): Promise<number> {
  const { compose } = await openSession(ports, folder);
  const limit = tail === 'all' ? {} : { tail };
  if (follow && !output.json) return compose.followLogs({ services, ...limit });
  const text = await compose.logs({ services, ...limit });
  ports.terminal.out(
    output.json ? `${JSON.stringify({ lines: text.split('\n').filter(Boolean) }, null, 2)}\n` : text,
  );
  return exitCodes.done;
}
