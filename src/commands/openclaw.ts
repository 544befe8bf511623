import { PRESETS } from '../policy/presets.ts';
import { notRunning } from '../errors/operate-errors.ts';
import { ownerContext } from '../operate/container-owner.ts';
import { restoreSettings } from '../operate/restore-settings.ts';
import { openSession } from '../operate/session.ts';
import { containerName } from '../operate/up/start.ts';
import type { CommandContext } from './context.ts';
import type { OpenclawOptions } from './options.ts';

/** Runs one of OpenClaw's own commands in the cage, on the user's terminal; its exit code becomes ours. */
export async function run({ ports }: CommandContext, { folder, args }: OpenclawOptions): Promise<number> {
  const session = await openSession(ports, folder);
  const { compose, docker, policy, lock } = session;
  const gateway = await docker.inspectContainer(containerName({ policy }, 'gateway'));
  if (gateway === null || !gateway.State.Running) throw notRunning('gateway');
  const code = await compose.runInteractive('cli', args, { tty: ports.terminal.canAsk });
  if (lock.cageSubnet === null && PRESETS[policy.preset].hasEgress) return code;
  const changed = await restoreSettings(
    ownerContext({ ...session, ports }, gateway.Image),
    folder,
    policy,
    lock.cageSubnet ?? '',
  );
  if (changed.length > 0) {
    ports.terminal.err(
      `clawproof put back settings that it owns and that this command had changed: ${changed.join(', ')}\nTo change what is allowed, edit clawproof.yaml and run clawproof up.\n`,
    );
  }
  return code;
}
