import { dirname, join } from 'node:path';
import type { Docker } from '../engine/docker.ts';
import type { EngineReport } from '../engine/engine-report.ts';
import { bindMount } from '../engine/bind-mount.ts';
import { ownershipFailed } from '../errors/operate-errors.ts';
import type { Ports } from '../ports/ports.ts';
import type { RenderedFile } from '../render/file-set.ts';
import { CONTAINER_UID, PATHS } from '../render/layout.ts';

/** What the gateway's user must own on the host: its settings, which its CLI rewrites, and its token. */
const OWNED = [
  { path: 'config/openclaw', mode: 0o700 },
  { path: PATHS.openclawConfig, mode: 0o600 },
  { path: PATHS.gatewayToken, mode: 0o400 },
] as const;

/** Far more than any openclaw.json or token; keeps a file gone wild out of memory. */
export const MAX_BYTES = 1024 * 1024;

export interface OwnerContext {
  ports: Ports;
  docker: Docker;
  /** Image with a shell, used where only a container may change owners. */
  image: string;
  /** True when uids in containers are not uids of the host (rootless, userns-remap, a virtual machine). */
  mapsUsers: boolean;
}

/** @param image image with a shell */
export function ownerContext(
  { ports, docker, engine }: { ports: Ports; docker: Docker; engine: EngineReport },
  image: string,
): OwnerContext {
  return {
    ports,
    docker,
    image,
    mapsUsers: engine.kind !== 'local' || engine.engine?.userNamespaces === true,
  };
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
    return `if [ -e ${at} ] && [ ! -L ${at} ]; then chmod ${mode.toString(8)} ${at}; chown -h ${CONTAINER_UID}:${CONTAINER_UID} ${at}; fi`;
  }).join('\n');
  await runInFolder(context, folder, script, ['CHOWN', 'DAC_OVERRIDE', 'FOWNER']);
}

/**
 * Text of a file of the gateway's user; null when there is none. The folder is writable for that user, so a link or a
 * pipe in place of the file is an error and never followed.
 */
export async function readOwned(context: OwnerContext, folder: string, path: string): Promise<string | null> {
  const { files, system } = context.ports;
  const parent = await files.stat(dirname(join(folder, path)));
  if (parent === null) return null;
  if (system.uid === 0 || parent.uid === system.uid) {
    const stat = await files.stat(join(folder, path));
    if (stat === null) return null;
    if (system.uid === 0 || stat.uid === system.uid)
      return files.readUntrusted(join(folder, path), MAX_BYTES);
  }
  const at = `/deployment/${path}`;
  const script = `if [ -L ${at} ]; then echo '${path} is a link' >&2; exit 1; fi\nif [ -e ${at} ]; then echo found; head -c ${MAX_BYTES} ${at}; fi`;
  const text = await runInFolder(context, folder, script, ['DAC_OVERRIDE']);
  return text.startsWith('found\n') ? text.slice('found\n'.length) : null;
}

/** Writes a file of the gateway's user in one step, owned by that user from its first byte. */
export async function writeOwned(context: OwnerContext, folder: string, file: RenderedFile): Promise<void> {
  const { files, system } = context.ports;
  const full = join(folder, file.path);
  const parent = await files.stat(dirname(full));
  if (system.uid === 0 && !context.mapsUsers) {
    return files.writeAtomic(full, file.text, { mode: file.mode, uid: CONTAINER_UID, gid: CONTAINER_UID });
  }
  // Not given away yet, or given to the very user who runs this.
  if (parent === null || parent.uid === system.uid)
    return files.writeAtomic(full, file.text, { mode: file.mode });
  const at = `/deployment/${file.path}`;
  const script = [
    // -C: the folder is the gateway's, and a link that it put there must not lead this root elsewhere.
    `umask 077; set -C; rm -f ${at}.clawproof-new; cat > ${at}.clawproof-new`,
    `chmod ${file.mode.toString(8)} ${at}.clawproof-new`,
    `chown -h ${CONTAINER_UID}:${CONTAINER_UID} ${at}.clawproof-new`,
    `mv -T ${at}.clawproof-new ${at}`,
  ].join('\n');
  await runInFolder(context, folder, script, ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'], file.text);
}

async function runInFolder(
  context: OwnerContext,
  folder: string,
  script: string,
  capabilities: string[],
  input?: string,
): Promise<string> {
  const result = await context.docker.runOneOff({
    image: context.image,
    entrypoint: 'sh',
    args: ['-euc', script],
    user: '0:0',
    capabilities,
    mounts: ['config', 'secrets'].map((name) => bindMount(join(folder, name), `/deployment/${name}`, false)),
    timeoutMs: 60_000,
    ...(input === undefined ? {} : { input }),
  });
  if (result.code !== 0) throw ownershipFailed(folder, result.stderr.trim() || `exit code ${result.code}`);
  return result.stdout;
}
