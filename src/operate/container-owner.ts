import { join } from 'node:path';
import type { Docker } from '../engine/docker.ts';
import { bindMount } from '../engine/bind-mount.ts';
import { ownershipFailed } from '../errors/operate-errors.ts';
import type { Ports } from '../ports/ports.ts';
import { CONTAINER_UID, PATHS } from '../render/layout.ts';

/** What the gateway's user must own on the host: its settings, which its CLI rewrites, and its token. */
const OWNED = [
  { path: 'config/openclaw', mode: 0o700 },
  { path: PATHS.openclawConfig, mode: 0o600 },
  { path: PATHS.gatewayToken, mode: 0o400 },
] as const;

export interface OwnerContext {
  ports: Ports;
  docker: Docker;
  /** Image with a shell, used where only a container may change owners. */
  image: string;
  /** True when uids in containers are not uids of the host (rootless, userns-remap, a virtual machine). */
  mapsUsers: boolean;
}

/** Gives the gateway's files to uid 1000 of the container, with modes that shut out everybody else (rows H10, G4). */
export async function ownByContainer(context: OwnerContext, folder: string): Promise<void> {
  const { files, system } = context.ports;
  const direct = !context.mapsUsers && (system.uid === 0 || system.uid === CONTAINER_UID);
  if (!direct) return ownThroughContainer(context, folder);
  for (const { path, mode } of OWNED) {
    const full = join(folder, path);
    const stat = await files.stat(full);
    if (stat === null) continue;
    if (stat.mode !== mode) await files.setMode(full, mode);
    if (system.uid === 0 && (stat.uid !== CONTAINER_UID || stat.gid !== CONTAINER_UID)) {
      await files.setOwner(full, CONTAINER_UID, CONTAINER_UID);
    }
  }
}

/** Only root may give files away; a container's root may too, with just the capabilities for it and no network. */
async function ownThroughContainer(context: OwnerContext, folder: string): Promise<void> {
  const script = OWNED.map(({ path, mode }) => {
    const at = `/deployment/${path}`;
    return `if [ -e ${at} ]; then chmod ${mode.toString(8)} ${at}; chown ${CONTAINER_UID}:${CONTAINER_UID} ${at}; fi`;
  }).join('\n');
  await runInFolder(context, folder, script, ['CHOWN', 'DAC_OVERRIDE', 'FOWNER']);
}

/** Text of a file that only the container's user may read; null when there is none. */
export async function readOwned(context: OwnerContext, folder: string, path: string): Promise<string | null> {
  const stat = await context.ports.files.stat(join(folder, path));
  const { uid } = context.ports.system;
  const mayRead = uid === 0 || stat?.uid === uid;
  if (stat !== null && mayRead) return context.ports.files.read(join(folder, path));
  if ((await context.ports.files.stat(join(folder, 'config'))) === null) return null;
  const at = `/deployment/${path}`;
  const text = await runInFolder(context, folder, `if [ -e ${at} ]; then echo found; cat ${at}; fi`, [
    'DAC_OVERRIDE',
  ]);
  return text.startsWith('found\n') ? text.slice('found\n'.length) : null;
}

async function runInFolder(
  context: OwnerContext,
  folder: string,
  script: string,
  capabilities: string[],
): Promise<string> {
  const result = await context.docker.runOneOff({
    image: context.image,
    entrypoint: 'sh',
    args: ['-euc', script],
    user: '0:0',
    capabilities,
    mounts: ['config', 'secrets'].map((name) => bindMount(join(folder, name), `/deployment/${name}`, false)),
    timeoutMs: 60_000,
  });
  if (result.code !== 0) throw ownershipFailed(folder, result.stderr.trim() || `exit code ${result.code}`);
  return result.stdout;
}
