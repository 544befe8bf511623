import { rollback, rollbackTarget } from '../operate/update/rollback.ts';
import { endInterrupted } from '../operate/update/settled.ts';
import { createStyle } from '../report/style.ts';
import { rollbackQuestion, rolledBackText } from '../report/update-text.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { RollbackOptions } from './options.ts';

export async function run(
  { ports, output, version }: CommandContext,
  { folder, yes }: RollbackOptions,
): Promise<number> {
  const { terminal } = ports;
  await endInterrupted(ports, { folder, toolVersion: version });
  const target = await rollbackTarget(ports, folder);
  if (!yes && !(await terminal.confirm(rollbackQuestion(target)))) {
    terminal.err('Nothing was changed. To go back without being asked: clawproof rollback --yes\n');
    return exitCodes.incomplete;
  }
  const memo = await rollback(ports, { folder, toolVersion: version });
  const { from, to } = memo;
  terminal.out(
    output.json
      ? `${JSON.stringify({ ok: true, from, to })}\n`
      : rolledBackText(memo, createStyle(terminal.colour)),
  );
  return exitCodes.done;
}
