import { unifiedDiff } from '../mend/diff.ts';
import { tune } from '../operate/tune/tune.ts';
import { createStyle } from '../report/style.ts';
import { tuneText } from '../report/tune-text.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { TuneOptions } from './options.ts';

export async function run({ ports, output }: CommandContext, options: TuneOptions): Promise<number> {
  const { terminal } = ports;
  const result = await tune(ports, options);
  const style = createStyle(terminal.colour);
  const { change } = result;
  const diff =
    change === null
      ? ''
      : unifiedDiff(
          [{ path: change.path, text: { before: change.before, after: change.after } }],
          result.folder,
          style,
        );
  terminal.out(
    output.json
      ? `${JSON.stringify(jsonOf(result), null, 2)}\n`
      : tuneText(result, diff, style, terminal.columns),
  );
  return result.warnings.length > 0 ? exitCodes.checkFailed : exitCodes.done;
}

/** Without the texts of clawproof.yaml: they are in the file. */
function jsonOf({ change, ...rest }: Awaited<ReturnType<typeof tune>>): Record<string, unknown> {
  return { ok: rest.warnings.length === 0, ...rest, wouldChange: change !== null };
}
