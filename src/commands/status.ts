import { readStatus } from '../operate/status.ts';
import { statusText } from '../report/status-text.ts';
import { createStyle } from '../report/style.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { StatusOptions } from './options.ts';

export async function run({ ports, output }: CommandContext, { folder }: StatusOptions): Promise<number> {
  const { terminal, clock } = ports;
  const status = await readStatus(ports, folder);
  terminal.out(
    output.json
      ? `${JSON.stringify(status, null, 2)}\n`
      : statusText(status, createStyle(terminal.colour), clock.now().getTime()),
  );
  if (status.ready) return status.exec.warning === null ? exitCodes.done : exitCodes.checkFailed;
  return status.services.some(({ state }) => state === 'running')
    ? exitCodes.checkFailed
    : exitCodes.nothingThere;
}
