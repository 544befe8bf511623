import { volumeStillUsed } from '../errors/operate-errors.ts';
import { doorVolumes } from '../operate/expose/first-time.ts';
import { withRunLock } from '../operate/run-lock.ts';
import { openSession, type Session } from '../operate/session.ts';
import { endLeftWork, stateVolume } from '../operate/state/state-volume.ts';
import { forgetUp } from '../operate/up/unchanged.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { DownOptions } from './options.ts';

export async function run(
  { ports, output }: CommandContext,
  { folder, volumes, yes }: DownOptions,
): Promise<number> {
  const { terminal, progress } = ports;
  const session = await openSession(ports, folder);
  if (volumes && !yes && !(await mayDelete())) {
    terminal.err(
      'Nothing was stopped and nothing was deleted. To delete without being asked: clawproof down --volumes --yes\n',
    );
    return exitCodes.incomplete;
  }
  await withRunLock(ports, folder, 'clawproof down', async () => {
    await forgetUp({ ports, folder });
    // A command that was killed may have left one that holds the volume.
    await endLeftWork(session.docker, stateVolume(session.policy));
    await progress.task(volumes ? 'Stopping and deleting' : 'Stopping', (task) =>
      session.compose.down({ volumes, onLine: (line) => task.step(line.trim()) }),
    );
    if (volumes) await requireDeleted(session);
    // Keys of a closed door: Compose knows only what compose.yaml still names.
    if (volumes) for (const each of doorVolumes(session.policy)) await session.docker.removeVolume(each);
  });
  const kept = volumes
    ? 'All that OpenClaw had stored is deleted.'
    : 'All data is kept; clawproof up brings it back.';
  terminal.out(
    output.json ? `${JSON.stringify({ ok: true, volumesDeleted: volumes })}\n` : `Stopped. ${kept}\n`,
  );
  return exitCodes.done;

  function mayDelete(): Promise<boolean> {
    return terminal.confirm(
      `Delete the volume of ${session.policy.name}: conversations, memory, credentials, all of it?`,
    );
  }
}

/** Compose leaves a volume that somebody else's container uses, and says nothing. @throws AppError `volume-still-used` */
async function requireDeleted({ docker, policy }: Session): Promise<void> {
  const volume = stateVolume(policy);
  if ((await docker.inspectVolume(volume)) === null) return;
  throw volumeStillUsed(volume, await docker.containersUsing(volume));
}
