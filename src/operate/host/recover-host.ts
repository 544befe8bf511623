import { join } from 'node:path';
import type { Ports } from '../../ports/ports.ts';
import { recoverChange } from '../change/run-change.ts';
import { withRunLock } from '../run-lock.ts';
import { hostTools } from './host-change.ts';
import { stateFolder } from './host-state.ts';

/**
 * Ends a change of the host that was interrupted, before anything is asked of an engine that may not run because of it.
 * The folder is that of the usual engine, or the one of the engine that is being worked on when that one is known.
 * @returns true when there was one
 */
export async function recoverHost(
  ports: Ports,
  toolVersion: string,
  folder: string = stateFolder('/etc/docker/daemon.json'),
): Promise<boolean> {
  if ((await ports.files.stat(join(folder, '.clawproof')))?.kind !== 'directory') return false;
  const recovered = await withRunLock(ports, folder, 'clawproof host', () =>
    recoverChange(ports, { folder, toolVersion }, hostTools(toolVersion)),
  );
  return recovered !== null;
}
