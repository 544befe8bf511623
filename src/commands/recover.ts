import { join } from 'node:path';
import { recoverChange } from '../operate/change/run-change.ts';
import { removeLeftovers } from '../operate/leftovers.ts';
import { withRunLock } from '../operate/run-lock.ts';
import { openSession } from '../operate/session.ts';
import { isRunning } from '../operate/token/take-token.ts';
import { PATHS } from '../render/layout.ts';
import { recoverText } from '../report/recover-text.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { RecoverOptions } from './options.ts';

/** Ends a change that was interrupted; the other commands that change something do the same before they begin. */
export async function run(
  { ports, output, version }: CommandContext,
  { folder }: RecoverOptions,
): Promise<number> {
  // Where nothing was ever begun, there is no place for a lock either.
  const isUsed = (await ports.files.stat(join(folder, PATHS.toolFolder))) !== null;
  const recovered = !isUsed
    ? null
    : await withRunLock(ports, folder, 'clawproof recover', async () => {
        const ended = await recoverChange(ports, { folder, toolVersion: version });
        await removeLeftovers(ports.files, folder);
        return ended;
      });
  // An engine that died as well may not have started it again, and no step of the change says so.
  const running = recovered === null ? null : await isRunning(await openSession(ports, folder));
  if (output.json) ports.terminal.out(`${JSON.stringify({ recovered, running }, null, 2)}\n`);
  else ports.terminal.out(recoverText(recovered, running));
  return exitCodes.done;
}
