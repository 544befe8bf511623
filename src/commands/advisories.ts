import { resolve } from 'node:path';
import { type AdvisoriesReport, lookAtAdvisories } from '../operate/advisories/look.ts';
import { updateAdvisories } from '../operate/update/advisory-data.ts';
import { advisoriesText } from '../report/advisories-text.ts';
import { createStyle } from '../report/style.ts';
import { advisoriesUpdatedText } from '../report/update-text.ts';
import type { AdvisoriesOptions } from './advisories-options.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';

export async function run(context: CommandContext, options: AdvisoriesOptions): Promise<number> {
  const { ports, output } = context;
  const { terminal, system } = ports;
  if (options.action === 'update') {
    const isAddress = /^https?:\/\//i.test(options.from);
    const from = isAddress ? options.from : resolve(system.cwd, options.from);
    const updated = await updateAdvisories(ports, options.folder, from);
    terminal.out(
      output.json ? `${JSON.stringify({ ok: true, ...updated })}\n` : advisoriesUpdatedText(updated),
    );
    return exitCodes.done;
  }
  const report = await lookAtAdvisories(ports, options);
  terminal.out(
    output.json
      ? `${JSON.stringify(report, null, 2)}\n`
      : advisoriesText(report, createStyle(terminal.colour), terminal.columns),
  );
  if (hasFlaws(report)) return exitCodes.checkFailed;
  return report.version === null ? exitCodes.incomplete : exitCodes.done;
}

/** What somebody can do something about; flaws that Debian itself has not mended yet are only told. */
function hasFlaws({ advisories, findings, images }: AdvisoriesReport): boolean {
  const isMendable = images.some(({ debian }) => debian.state === 'looked' && debian.mendable.length > 0);
  return advisories.length > 0 || findings.length > 0 || isMendable;
}
