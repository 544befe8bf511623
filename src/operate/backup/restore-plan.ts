import { lockedReferences } from '../../engine/images/reference.ts';
import { formatLock, type Lock, parseLock } from '../../engine/lock-file.ts';
import { backupForeign, backupRefused, backupTooNew } from '../../errors/backup-errors.ts';
import { compareVersions, parseVersion } from '../../openclaw/version.ts';
import type { Policy } from '../../policy/policy.ts';
import { PATHS } from '../../render/layout.ts';
import type { ChangeContext } from '../change/change.ts';
import { newToken } from '../secrets.ts';
import { deploymentFiles, pinsFrom } from '../up/file-set.ts';
import type { ArchiveCheck } from './archive-check.ts';
import { pathsBelow } from './folder-files.ts';
import type { FolderPlan, PlannedFile } from './folder-plan.ts';
import { planSkills } from './skill-files.ts';
import { policyOf } from './verify-backup.ts';

/** Not under one roof: the user's own files, and what belongs to the gateway's user. */
const KEPT_FOLDERS = [
  { folder: PATHS.scripts, owned: false },
  { folder: PATHS.protectedFiles, owned: false },
  { folder: PATHS.keys, owned: true },
] as const;

export interface RestorePlan {
  files: FolderPlan;
  /** What the user should know of it. */
  notes: string[];
}

/**
 * What the folder shall hold after a restore: the user's own files from the archive, a new token, and everything that
 * clawproof writes rendered anew for this machine.
 * @throws AppError `backup-foreign`, `backup-too-new`, `backup-refused`
 */
export async function planRestore(
  context: ChangeContext,
  check: ArchiveCheck,
  file: string,
): Promise<RestorePlan> {
  const { text, policy } = policyOf(file, check);
  if (policy.name !== context.policy.name) throw backupForeign(file, policy.name, context.policy.name);
  const { lock, notes } = await chooseLock(context, check, file);
  const config = check.folder.get(PATHS.openclawConfig)?.bytes.toString('utf8') ?? null;
  const rendered = deploymentFiles(policy, pinsFrom(policy, lock, context.toolVersion), config);
  const token = newToken(context.ports.random);
  const skills = await planSkills(context.ports.files, context.path, check.folder, { policy, lock });
  return {
    notes: [...notes, ...skills.notes],
    files: [
      plain(PATHS.policy, text, 0o644),
      plain(PATHS.lock, formatLock(lock), 0o644),
      ...rendered.map((one) => ({
        ...plain(one.path, one.text, one.mode),
        owned: one.owner === 'container',
      })),
      { ...plain(PATHS.gatewayToken, token, 0o400), owned: true },
      ...(await filesOfFolders(context, check)),
      ...skills.files,
    ],
  };
}

/** Policy and lock as a restored folder has them. */
export function settingsIn(
  files: FolderPlan,
  read: (text: string) => Policy,
): { policy: Policy; lock: Lock } {
  const textOf = (path: string): string =>
    Buffer.from(files.find((one) => one.path === path)?.base64 ?? '', 'base64').toString('utf8');
  return { policy: read(textOf(PATHS.policy)), lock: parseLock(textOf(PATHS.lock)) };
}

export function tokenIn(files: FolderPlan): string | null {
  const base64 = files.find(({ path }) => path === PATHS.gatewayToken)?.base64 ?? null;
  return base64 === null ? null : Buffer.from(base64, 'base64').toString('utf8').trim();
}

/** The archive's pins where this engine has their images; else those of this deployment, unless they are too old. */
async function chooseLock(
  { docker, lock: own }: ChangeContext,
  check: ArchiveCheck,
  file: string,
): Promise<{ lock: Lock; notes: string[] }> {
  const bytes = check.folder.get(PATHS.lock)?.bytes;
  if (bytes === undefined) throw backupRefused(file, `it holds no ${PATHS.lock}`);
  const old = parseLock(bytes.toString('utf8'), `${file}: ${PATHS.lock}`);
  const images = lockedReferences(old);
  const found = await Promise.all(images.map((image) => docker.inspectImage(image)));
  // The network is this machine's; the one of the archive may be taken here.
  if (found.every((image) => image !== null) && images.length > 0)
    return { lock: { ...old, cageSubnet: own.cageSubnet ?? old.cageSubnet }, notes: [] };
  const [then, now] = [parseVersion(old.openclaw.version), parseVersion(own.openclaw.version)];
  if (then === null || now === null || compareVersions(then, now) > 0)
    throw backupTooNew(file, old.openclaw.version, own.openclaw.version);
  return {
    // Pins of skills go with the skills.
    lock: { ...own, skills: old.skills },
    notes: [
      `The images of the backup are not on this machine; it runs those that were here (OpenClaw ${own.openclaw.version}).`,
    ],
  };
}

/** All that the archive has in these folders, and nothing else: what is there now and not in it goes. */
async function filesOfFolders({ ports, path }: ChangeContext, check: ArchiveCheck): Promise<PlannedFile[]> {
  const found: PlannedFile[] = [];
  for (const { folder, owned } of KEPT_FOLDERS) {
    const inArchive = [...check.folder.keys()].filter((name) => name.startsWith(`${folder}/`));
    const here = await pathsBelow(ports, path, folder);
    for (const name of new Set([...inArchive, ...here])) {
      const one = check.folder.get(name);
      const mode = owned ? 0o400 : (one?.mode ?? 0o644);
      found.push({
        path: name,
        mode,
        owned,
        base64: one === undefined ? null : one.bytes.toString('base64'),
      });
    }
  }
  return found;
}

function plain(path: string, text: string, mode: number): PlannedFile {
  return { path, mode, owned: false, base64: Buffer.from(text).toString('base64') };
}
