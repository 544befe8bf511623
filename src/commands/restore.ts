import { chooseKey } from '../operate/backup/keys.ts';
import { restoreBackup } from '../operate/backup/restore-backup.ts';
import { restoredText } from '../report/backup-text.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { RestoreOptions } from './options.ts';

export async function run(context: CommandContext, options: RestoreOptions): Promise<number> {
  const { ports, output, version: toolVersion } = context;
  const { folder, file, yes } = options;
  const key = await chooseKey(ports, file, options);
  const question = `Put ${file} in the place of what is in ${folder} now: conversations, memory, settings, keys?`;
  if (!yes && !(await ports.terminal.confirm(question))) {
    ports.terminal.err('Nothing was changed. To restore without being asked: clawproof restore FILE --yes\n');
    return exitCodes.incomplete;
  }
  const result = await restoreBackup(ports, { folder, toolVersion, file, key });
  ports.terminal.out(output.json ? `${JSON.stringify(result, null, 2)}\n` : restoredText(result));
  return exitCodes.done;
}
