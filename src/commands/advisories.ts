import { resolve } from 'node:path';
import { advisoriesAbout } from '../openclaw/advisories.ts';
import { readFolder } from '../operate/folder.ts';
import { readAdvisories, updateAdvisories } from '../operate/update/advisory-data.ts';
import { createStyle } from '../report/style.ts';
import { advisoriesText, advisoriesUpdatedText } from '../report/update-text.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { AdvisoriesOptions } from './options.ts';

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
  const [{ policy }, data] = await Promise.all([
    readFolder(ports, options.folder),
    readAdvisories(ports, options.folder),
  ]);
  const version = options.version ?? policy.openclaw.version;
  const found = advisoriesAbout(version, data.advisories) ?? [];
  const { upTo, ageDays, source } = data;
  terminal.out(
    output.json
      ? `${JSON.stringify({ version, upTo, ageDays, source, advisories: found }, null, 2)}\n`
      : advisoriesText(version, found, data, createStyle(terminal.colour), terminal.columns),
  );
  return found.length > 0 ? exitCodes.checkFailed : exitCodes.done;
}
