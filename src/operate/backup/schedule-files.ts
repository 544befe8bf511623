/** Files for the schedulers that a Linux machine has: texts only. */

export type Every = 'daily' | 'weekly';

export interface ScheduleFile {
  /** Name in the scheduler's folder, or the whole path. */
  path: string;
  text: string;
}

export interface Work {
  /** Of the deployment. */
  name: string;
  every: Every;
  /** Program and arguments. */
  command: readonly string[];
  /** Under whose name cron runs it. */
  user: string;
}

const CALENDAR = { daily: '*-*-* 03:30:00', weekly: 'Sun *-*-* 03:30:00' } as const;
const CRON_TIMES = { daily: '30 3 * * *', weekly: '30 3 * * 0' } as const;
const NOTE = '# Written by clawproof backup schedule; taken away by clawproof backup schedule --off.';

/** A timer and the service that it starts. A run that was missed while the machine was off is made up for. */
export function systemdFiles({ name, every, command }: Work): ScheduleFile[] {
  const unit = `clawproof-backup-${name}`;
  const service = [
    NOTE,
    '[Unit]',
    `Description=Backup of the OpenClaw deployment ${name}`,
    '',
    '[Service]',
    'Type=oneshot',
    `ExecStart=${command.map(systemdWord).join(' ')}`,
    'UMask=0077',
    'Nice=10',
    'IOSchedulingClass=idle',
    '',
  ];
  const timer = [
    NOTE,
    '[Unit]',
    `Description=Backup of the OpenClaw deployment ${name}, ${every}`,
    '',
    '[Timer]',
    `OnCalendar=${CALENDAR[every]}`,
    'RandomizedDelaySec=15m',
    'Persistent=true',
    '',
    '[Install]',
    'WantedBy=timers.target',
    '',
  ];
  return [
    { path: `${unit}.service`, text: service.join('\n') },
    { path: `${unit}.timer`, text: timer.join('\n') },
  ];
}

/** A file for /etc/cron.d. Its name has no dot: cron takes no other. */
export function cronFile({ name, every, command, user }: Work): ScheduleFile {
  const text = [
    NOTE,
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    `${CRON_TIMES[every]} ${user} ${command.map(cronWord).join(' ')}`,
    '',
  ];
  return { path: `clawproof-backup-${name}`, text: text.join('\n') };
}

/** systemd replaces % and $ and takes quotes and backslashes away. */
function systemdWord(word: string): string {
  const escaped = word
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$');
  return /^[A-Za-z0-9_./:=@+,%-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}

/** For sh; cron itself takes % for a line end. */
function cronWord(word: string): string {
  const quoted = /^[A-Za-z0-9_./:=@+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
  return quoted.replaceAll('%', String.raw`\%`);
}
