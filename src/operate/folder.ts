import { join } from 'node:path';
import { isAppError } from '../errors/app-error.ts';
import { foreignFolder, symlinkInWay } from '../errors/operate-errors.ts';
import { loadPolicy } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import { initialPolicyText } from '../policy/write.ts';
import type { Files, FileStat } from '../ports/files.ts';
import type { Ports } from '../ports/ports.ts';
import { PATHS } from '../render/layout.ts';
import { TEMPORARY } from './leftovers.ts';
import { emptyLock, type Lock, parseLock } from '../engine/lock-file.ts';

/** Names under which Compose looks for a project. */
const COMPOSE_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** Folders and files that hold or lead to secrets or settings: none of them may be a symbolic link. */
const NO_LINKS = [
  ['secrets', 'The gateway token'],
  [PATHS.gatewayToken, 'The gateway token'],
  [PATHS.keys, 'A key'],
  [PATHS.scripts, 'A script of the agent'],
  [PATHS.skills, 'A skill'],
  [PATHS.protectedFiles, 'A protected file of the agent'],
  ['config', "OpenClaw's configuration"],
  ['config/openclaw', "OpenClaw's configuration"],
  [PATHS.openclawConfig, "OpenClaw's configuration"],
  ['config/gateway', "The gateway's configuration"],
  ['config/egress', "The egress proxy's configuration"],
  ['config/ingress', "The ingress proxy's configuration"],
  [PATHS.toolFolder, "clawproof's own record"],
  [`${PATHS.toolFolder}/results`, "clawproof's own record"],
  ['build', 'What images are built from'],
  ['build/gateway', 'What images are built from'],
  ['build/egress', 'What images are built from'],
  ['build/ingress', 'What images are built from'],
] as const;

/** What a deployment folder says: what the user wants, and what was pinned for it. */
export interface DeploymentFolder {
  path: string;
  policyText: string;
  policy: Policy;
  lock: Lock;
  /** True when there was no clawproof.yaml yet; `policyText` is then the one to write. */
  isNew: boolean;
}

/**
 * Reads a deployment folder, or says what a new one would hold. Changes nothing.
 * @throws AppError `foreign-folder`, `symlink-in-way`, and those of loadPolicy and parseLock.
 */
export async function readFolder(ports: Pick<Ports, 'files'>, path: string): Promise<DeploymentFolder> {
  const { files } = ports;
  const stat = await files.stat(path);
  if (stat !== null && stat.kind !== 'directory' && stat.kind !== 'symlink')
    throw foreignFolder(path, 'a file of that name');
  const found = await files.read(join(path, PATHS.policy));
  if (found === null) await refuseForeign(files, path);
  await refuseLinks(files, path);
  const policyText = found ?? initialPolicyText();
  const policy = loadPolicy(policyText, join(path, PATHS.policy));
  const lockText = await files.read(join(path, PATHS.lock));
  const lock =
    lockText === null ? emptyLock(policy.openclaw.version) : parseLock(lockText, join(path, PATHS.lock));
  return { path, policyText, policy, lock, isNew: found === null };
}

async function refuseForeign(files: Files, path: string): Promise<void> {
  const names = await files.list(path);
  const compose = names.find((name) => COMPOSE_NAMES.includes(name));
  if (compose !== undefined) throw foreignFolder(path, `a Compose project (${compose})`);
  // A run that was killed at its very first file leaves these; the next one completes it.
  const others = names.filter((name) => name !== PATHS.toolFolder && !TEMPORARY.test(name));
  if (others.length > 0) throw foreignFolder(path, `other files (${others.slice(0, 3).join(', ')})`);
}

async function refuseLinks(files: Files, path: string): Promise<void> {
  for (const [relative, what] of NO_LINKS) {
    const stat = await statIfAllowed(files, join(path, relative));
    if (stat?.kind === 'symlink') throw symlinkInWay(join(path, relative), what);
  }
}

/** What only the gateway's user may look at is not looked at: where it matters, a container does that. */
export async function statIfAllowed(files: Files, path: string): Promise<FileStat | null> {
  try {
    return await files.stat(path);
  } catch (error) {
    if (isAppError(error) && error.id === 'file-permission-denied') return null;
    throw error;
  }
}
