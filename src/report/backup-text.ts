import type { BackupResult } from '../operate/backup/create-backup.ts';
import type { ListedBackup } from '../operate/backup/list-backups.ts';
import type { RestoreResult } from '../operate/backup/restore-backup.ts';
import type { ScheduleResult } from '../operate/backup/schedule.ts';
import type { VerifyResult } from '../operate/backup/verify-backup.ts';
import { duration } from './duration.ts';

const MiB = 1024 * 1024;
const SECURED = {
  passphrase: 'encrypted with a passphrase',
  recipient: 'encrypted for a recipient',
  none: 'NOT encrypted: whoever gets it has every secret in it',
  damaged: 'damaged: its beginning is not whole',
} as const;

/** The end of `clawproof backup`. */
export function createdText(result: BackupResult): string {
  const { file, size, entries, encryption, frozenMs, special, removed } = result;
  const held =
    frozenMs === 0 ? 'The gateway was not running.' : `The gateway stood still for ${duration(frozenMs)}.`;
  return lines([
    file,
    `${mebibytes(size)}, ${entries} entries, ${SECURED[encryption]}. ${held}`,
    special > 0 && `Left out: ${special} sockets and pipes, which hold nothing.`,
    removed.length > 0 && `Older backups removed: ${removed.length}.`,
    'To know that it can be used: clawproof backup verify FILE',
  ]);
}

/** `clawproof backup list`. @param folder where backups are looked for */
export function listText(found: readonly ListedBackup[], folder: string): string {
  if (found.length === 0) return `There is no backup in ${folder}. To make one: clawproof backup\n`;
  return lines(
    found.map(({ file, createdAt, size, encryption }) =>
      [
        createdAt.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC'),
        mebibytes(size).padStart(11),
        SECURED[encryption],
        file,
      ].join('  '),
    ),
  );
}

/** The end of `clawproof backup verify`. */
export function verifiedText({
  file,
  createdAt,
  openclaw,
  entries,
  bytes,
  databases,
  readyMs,
}: VerifyResult): string {
  return lines([
    `${file} can be restored.`,
    `Made ${createdAt} with OpenClaw ${openclaw}; ${entries} entries, ${mebibytes(bytes)}, each as the manifest says.`,
    `${databases} databases are whole; a twin of the gateway was healthy after ${duration(readyMs)}.`,
  ]);
}

/** The end of `clawproof restore`. */
export function restoredText({ file, createdAt, entries, bytes, notes }: RestoreResult): string {
  return lines([
    `Restored from ${file}, made ${createdAt}: ${entries} entries, ${mebibytes(bytes)}. The gateway is healthy.`,
    'It has a new token; the old one and that of the backup get HTTP 401. See it: clawproof token show',
    'What channels and services have received since the backup was made, they do not take back: look at open approvals and pairings.',
    ...notes,
  ]);
}

/** The end of `clawproof backup schedule`. */
export function scheduleText({ scheduler, state, files, commands }: ScheduleResult): string {
  if (state === 'dry-run')
    return lines([
      ...files.flatMap(({ path, text }) => [`# ${path}`, text]),
      ...commands.map((command) => `$ ${command}`),
    ]);
  if (state === 'off') return 'No backups are scheduled any more; those that are there stay.\n';
  return lines([
    `Backups are scheduled with ${scheduler}.`,
    ...files.map(({ path }) => `  ${path}`),
    scheduler.startsWith('systemd') &&
      'See when the next one comes: systemctl list-timers (with --user when you are not root)',
  ]);
}

function lines(all: readonly (string | false)[]): string {
  return `${all.filter((line) => line !== false).join('\n')}\n`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / MiB).toFixed(1)} MiB`;
}
