import { join } from 'node:path';
import { BACKUP_FOLDER } from '../operate/backup/backup-file.ts';
import { createBackup } from '../operate/backup/create-backup.ts';
import { chooseKey, chooseLock } from '../operate/backup/keys.ts';
import { listBackups } from '../operate/backup/list-backups.ts';
import { scheduleBackups } from '../operate/backup/schedule.ts';
import { verifyBackup } from '../operate/backup/verify-backup.ts';
import { createdText, listText, scheduleText, verifiedText } from '../report/backup-text.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { BackupOptions } from './options.ts';

export async function run(context: CommandContext, options: BackupOptions): Promise<number> {
  const { ports, output, version: toolVersion } = context;
  const show = <T>(value: T, text: (value: T) => string): number => {
    ports.terminal.out(output.json ? `${JSON.stringify(value, null, 2)}\n` : text(value));
    return exitCodes.done;
  };
  const { folder } = options;
  switch (options.action) {
    case 'create': {
      const lock = await chooseLock(ports, options);
      return show(await createBackup(ports, { ...options, toolVersion, lock }), createdText);
    }
    case 'list':
      return show(await listBackups(ports, folder), (found) => listText(found, join(folder, BACKUP_FOLDER)));
    case 'verify': {
      const key = await chooseKey(ports, options.file, options);
      return show(await verifyBackup(ports, { folder, toolVersion, file: options.file, key }), verifiedText);
    }
    default:
      return show(await scheduleBackups(ports, options), scheduleText);
  }
}
