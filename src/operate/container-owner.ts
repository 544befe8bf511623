import { dirname, join } from 'node:path';
import type { Docker } from '../engine/docker.ts';
import type { EngineReport } from '../engine/engine-report.ts';
import { hostId } from '../engine/host-id.ts';
import { bindMount } from '../engine/bind-mount.ts';
import { ownershipFailed } from '../errors/operate-errors.ts';
import type { Ports } from '../ports/ports.ts';
import type { RenderedFile } from '../render/file-set.ts';
import { CONTAINER_UID, PATHS } from '../render/layout.ts';
import { statIfAllowed } from './folder.ts';

interface Owned {
  path: string;
  mode: number;
}

/** What the gateway's user must own on the host: its settings, which its CLI rewrites, its token and its keys. */
const OWNED: readonly Owned[] = [
  { path: 'config/openclaw', mode: 0o700 },
  { path: PATHS.openclawConfig, mode: 0o600 },
  { path: PATHS.gatewayToken, mode: 0o400 },
  { path: PATHS.keys, mode: 0o755 },
  { path: PATHS.installPolicy, mode: 0o555 },
  { path: `${PATHS.httpsSecrets}/certificate.pem`, mode: 0o400 },
  { path: `${PATHS.httpsSecrets}/key.pem`, mode: 0o400 },
  { path: `${PATHS.httpsSecrets}/users`, mode: 0o400 },
  { path: PATHS.tailscaleKey, mode: 0o400 },
  { path: PATHS.tailscaleState, mode: 0o700 },
];

/** Names of the files of keys; nothing else in their folder is touched. */
const KEY_NAME = /^[A-Z][A-Z0-9_]{0,63}$/;

/** Far more than any openclaw.json or token; keeps a file gone wild out of memory. */
export const MAX_BYTES = 1024 * 1024;

export interface OwnerContext {
  ports: Ports;
  docker: Docker;
  /** Image with a shell, used where only a container may change owners. */
  image: string;
  /** True when uids in containers are not uids of the host (rootless, userns-remap, a virtual machine), and nobody here knows which. */
  mapsUsers: boolean;
  /** Number that the gateway's user has on this host, where `mapsUsers` is false. */
  uid: number;
  /** Number that it has on the engine's host; null where nobody knows it. */
  hostUid: number | null;
}

/** @param image image with a shell */
export function ownerContext(
  { ports, docker, engine }: { ports: Ports; docker: Docker; engine: EngineReport },
  image: string,
): OwnerContext {
  const hostUid = hostId(CONTAINER_UID, engine);
  // With userns-remap root of a container may not give away what belongs to root of the host: that must do it, by number.
  const mayGive = hostUid === CONTAINER_UID || ports.system.uid === 0;
  const isKnown = engine.kind === 'local' && hostUid !== null && mayGive;
  return { ports, docker, image, mapsUsers: !isKnown, uid: hostUid ?? CONTAINER_UID, hostUid };
}

/** Gives the gateway's files to uid 1000 of the container, with modes that shut out everybody else (rows H10, G4). */
export async function ownByContainer(context: OwnerContext, folder: string): Promise<void> {
  const { files, system } = context.ports;
  const direct = !context.mapsUsers && (system.uid === 0 || system.uid === context.uid);
  const owned = [...OWNED, ...(await ownedKeys(context, folder))];
  if (!direct) return ownThroughContainer(context, folder, owned);
  for (const { path, mode } of owned) {
    const full = join(folder, path);
    const stat = await files.stat(full);
    if (stat === null) continue;
    if (stat.mode !== mode) await files.setMode(full, mode);
    if (system.uid === 0 && (stat.uid !== context.uid || stat.gid !== context.uid)) {
      await files.setOwner(full, context.uid, context.uid);
    }
  }
}

/**
 * True when `ownByContainer` would find nothing to do, as far as this user can see. Where the engine maps users, nobody here
 * knows the number of the container's user: only modes count then.
 */
export async function isOwnedByContainer(context: OwnerContext, folder: string): Promise<boolean> {
  const { files, system } = context.ports;
  // The gateway's own user cannot give files to another group, nor take them back.
  const knowsOwner = !context.mapsUsers && system.uid !== context.uid;
  for (const { path, mode } of [...OWNED, ...(await ownedKeys(context, folder))]) {
    const stat = await statIfAllowed(files, join(folder, path));
    if (stat === null) continue;
    if (stat.mode !== mode) return false;
    if (knowsOwner && (stat.uid !== context.uid || stat.gid !== context.uid)) return false;
  }
  return true;
}

async function ownedKeys({ ports: { files } }: OwnerContext, folder: string): Promise<Owned[]> {
  const names = await files.list(join(folder, PATHS.keys));
  return names
    .filter((name) => KEY_NAME.test(name))
    .map((name) => ({ path: `${PATHS.keys}/${name}`, mode: 0o400 }));
}

/** Only root may give files away; a container's root may too, with just the capabilities for it and no network. */
async function ownThroughContainer(
  context: OwnerContext,
  folder: string,
  owned: readonly Owned[],
): Promise<void> {
  const script = owned
    .map(({ path, mode }) => {
      const at = `/deployment/${path}`;
      return `if [ -e ${at} ] && [ ! -L ${at} ]; then chmod ${mode.toString(8)} ${at}; chown -h ${CONTAINER_UID}:${CONTAINER_UID} ${at}; fi`;
    })
    .join('\n');
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
    return files.writeAtomic(full, file.text, { mode: file.mode, uid: context.uid, gid: context.uid });
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

/** Removes files of the gateway's user; nothing happens where one is not there. */
export async function removeOwned(
  context: OwnerContext,
  folder: string,
  paths: readonly string[],
): Promise<void> {
  const { files, system } = context.ports;
  for (const path of paths) {
    const parent = await files.stat(dirname(join(folder, path)));
    if (parent === null) continue;
    if (system.uid === 0 || parent.uid === system.uid) await files.unlink(join(folder, path));
    else await runInFolder(context, folder, `rm -f /deployment/${path}`, ['DAC_OVERRIDE']);
  }
}

/**
 * Gives a file of the gateway's user another text and leaves the file itself in its place, so that a container that has
 * it mounted sees it.
 */
export async function overwriteOwned(
  context: OwnerContext,
  folder: string,
  { path, text, mode }: Pick<RenderedFile, 'path' | 'text' | 'mode'>,
): Promise<void> {
  const { files, system } = context.ports;
  const full = join(folder, path);
  const stat = await files.stat(full);
  if (system.uid === 0 || stat === null) return files.overwrite(full, text);
  if (stat.uid === system.uid) {
    // The owner, too, may not write to a file that is to be read only.
    await files.setMode(full, 0o600);
    await files.overwrite(full, text);
    return files.setMode(full, mode);
  }
  const at = `/deployment/${path}`;
  const size = Buffer.byteLength(text);
  const script = [
    `if [ -L ${at} ] || [ ! -f ${at} ]; then echo '${path} is no plain file' >&2; exit 1; fi`,
    // In one piece and without emptying the file first: whoever reads it sees the old text or the new one.
    `dd of=${at} bs=${size} count=1 iflag=fullblock conv=notrunc,fsync status=none`,
    `truncate -s ${size} ${at}`,
  ].join('\n');
  await runInFolder(context, folder, script, ['DAC_OVERRIDE', 'FOWNER'], text);
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
  if (result.code !== 0)
    throw ownershipFailed(folder, result.stderr.trim() || `exit code ${result.code}`, context.hostUid);
  return result.stdout;
}
