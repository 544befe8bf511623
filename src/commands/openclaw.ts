import { notRunning } from '../errors/operate-errors.ts';
import { openSession } from '../operate/session.ts';
import type { CommandContext } from './context.ts';
import type { OpenclawOptions } from './options.ts';

/** Runs one of OpenClaw's own commands in the cage, on the user's terminal; its exit code becomes ours. */
export async function run({ ports }: CommandContext, { folder, args }: OpenclawOptions): Promise<number> {
  const { compose, docker, policy } = await openSession(ports, folder);
  const gateway = await docker.inspectContainer(`${policy.name}-gateway-1`);
  if (gateway === null || !gateway.State.Running) throw notRunning('gateway');
  return compose.runInteractive('cli', args, { tty: ports.terminal.canAsk });
}
