import { recoverChange } from '../operate/change/run-change.ts';
import { withRunLock } from '../operate/run-lock.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { RecoverOptions } from './options.ts';

/** Ends a change that was interrupted; the other commands that change something do the same before they begin. */
export async function run(
  { ports, output, version }: CommandContext,
  { folder }: RecoverOptions,
): Promise<number> {
  const recovered = await withRunLock(ports, folder, 'clawproof recover', () =>
    recoverChange(ports, { folder, toolVersion: version }),
  );
  if (output.json) ports.terminal.out(`${JSON.stringify({ recovered }, null, 2)}\n`);
  else if (recovered === null)
    ports.terminal.out('Nothing was interrupted here; there is nothing to recover.\n');
  else
    ports.terminal.out(`"clawproof ${recovered.name}", begun ${recovered.since}, was ${recovered.ended}.\n`);
  return exitCodes.done;
}
