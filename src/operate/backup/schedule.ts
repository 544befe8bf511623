import { join } from 'node:path';
import { scheduleFailed, scheduleWithoutKey } from '../../errors/backup-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { readFolder } from '../folder.ts';
import { chooseLock, type LockChoices } from './keys.ts';
import { cronFile, type Every, type ScheduleFile, systemdFiles, type Work } from './schedule-files.ts';

export interface ScheduleRequest extends LockChoices {
  folder: string;
  every: Every | 'off';
  keep: number;
  output?: string;
  /** Write nothing. */
  dryRun: boolean;
}

export interface ScheduleResult {
  scheduler: 'systemd' | 'systemd (user)' | 'cron';
  state: 'on' | 'off' | 'dry-run';
  files: ScheduleFile[];
  /** What is run afterwards, as a person would type it. */
  commands: string[];
}

interface Scheduler {
  name: ScheduleResult['scheduler'];
  /** Folder of its files. */
  folder: string;
  systemctl: readonly string[];
}

const SYSTEM: Scheduler = { name: 'systemd', folder: '/etc/systemd/system', systemctl: ['systemctl'] };
const CRON: Scheduler = { name: 'cron', folder: '/etc/cron.d', systemctl: [] };
const CALL_MS = 60_000;

/**
 * Has the system's scheduler make backups, or stops that. The work is this very program with this very Node.
 * @throws AppError `schedule-without-key`, `schedule-failed`
 */
export async function scheduleBackups(ports: Ports, request: ScheduleRequest): Promise<ScheduleResult> {
  const { policy } = await readFolder(ports, request.folder);
  const scheduler = await findScheduler(ports);
  if (request.every === 'off') return switchOff(ports, scheduler, policy.name, request.dryRun);
  await requireUnattended(ports, request);
  const work: Work = {
    name: policy.name,
    every: request.every,
    command: commandOf(ports, request),
    user: (await userName(ports)) ?? 'root',
  };
  const files = scheduler.name === 'cron' ? [cronFile(work)] : systemdFiles(work);
  const placed = files.map(({ path, text }) => ({ path: join(scheduler.folder, path), text }));
  const commands =
    scheduler.name === 'cron'
      ? []
      : [['daemon-reload'], ['enable', '--now', `clawproof-backup-${policy.name}.timer`]];
  const result = (state: ScheduleResult['state']): ScheduleResult => ({
    scheduler: scheduler.name,
    state,
    files: placed,
    commands: commands.map((args) => [...scheduler.systemctl, ...args].join(' ')),
  });
  if (request.dryRun) return result('dry-run');
  for (const { path, text } of placed) await ports.files.writeAtomic(path, text, { mode: 0o644 });
  for (const args of commands) await systemctl(ports, scheduler, args);
  return result('on');
}

async function switchOff(
  ports: Ports,
  scheduler: Scheduler,
  name: string,
  dryRun: boolean,
): Promise<ScheduleResult> {
  const unit = `clawproof-backup-${name}`;
  const isCron = scheduler.name === 'cron';
  const names = isCron ? [unit] : [`${unit}.timer`, `${unit}.service`];
  const files = names.map((one) => ({ path: join(scheduler.folder, one), text: '' }));
  const isThere = (await ports.files.stat(files[0]?.path ?? '')) !== null;
  const commands = isCron || !isThere ? [] : [['disable', '--now', `${unit}.timer`], ['daemon-reload']];
  const shown = commands.map((args) => [...scheduler.systemctl, ...args].join(' '));
  if (dryRun) return { scheduler: scheduler.name, state: 'dry-run', files: [], commands: shown };
  if (commands[0] !== undefined) await systemctl(ports, scheduler, commands[0]);
  for (const { path } of files) await ports.files.unlink(path);
  if (commands[1] !== undefined) await systemctl(ports, scheduler, commands[1]);
  return { scheduler: scheduler.name, state: 'off', files: [], commands: shown };
}

/** systemd where it runs: of root, or of the user. Else cron, whose folder only root may write. */
async function findScheduler({ files, system }: Ports): Promise<Scheduler> {
  const hasSystemd = (await files.stat('/run/systemd/system'))?.kind === 'directory';
  if (!hasSystemd) return CRON;
  if (system.uid === 0) return SYSTEM;
  return {
    name: 'systemd (user)',
    folder: join(system.homeDir, '.config/systemd/user'),
    systemctl: ['systemctl', '--user'],
  };
}

async function systemctl(
  ports: Ports,
  { systemctl: call }: Scheduler,
  args: readonly string[],
): Promise<void> {
  const [program = 'systemctl', ...first] = call;
  const result = await ports.exec.run(program, [...first, ...args], {
    timeoutMs: CALL_MS,
    signal: ports.signal,
  });
  if (result.code !== 0)
    throw scheduleFailed(result.stderr.trim() || `${program} ended with exit code ${result.code}`);
}

/** Nobody is there to type: a passphrase comes from a file, or there is none. */
async function requireUnattended(ports: Ports, request: ScheduleRequest): Promise<void> {
  const { encryption, recipients, passphraseFile } = request;
  if (encryption && recipients.length === 0 && passphraseFile === undefined) throw scheduleWithoutKey();
  await chooseLock(ports, request);
}

function commandOf({ system }: Ports, request: ScheduleRequest): string[] {
  const { folder, keep, output, recipients, passphraseFile, encryption } = request;
  return [
    ...system.program,
    'backup',
    'create',
    '--quiet',
    '--folder',
    folder,
    '--keep',
    String(keep),
    ...(output === undefined ? [] : ['--output', output.endsWith('/') ? output : `${output}/`]),
    ...recipients.flatMap((recipient) => ['--recipient', recipient]),
    ...(passphraseFile === undefined ? [] : ['--passphrase-file', passphraseFile]),
    ...(encryption ? [] : ['--no-encryption']),
  ];
}

async function userName({ exec }: Ports): Promise<string | null> {
  const result = await exec.run('id', ['-un'], { timeoutMs: 10_000 });
  const name = result.stdout.trim();
  return result.code === 0 && /^[a-z_][a-z0-9_.-]*\$?$/i.test(name) ? name : null;
}
