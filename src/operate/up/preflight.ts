import { join } from 'node:path';
import { diskFull, noSubnetLeft, portTaken, projectNameTaken } from '../../errors/operate-errors.ts';
import { versionByUpdate } from '../../errors/update-errors.ts';
import { PATHS } from '../../render/layout.ts';
import { chooseCageSubnet, isFree, routesFromProc } from '../../engine/free-subnet.ts';
import type { Lock } from '../../engine/lock-file.ts';
import { stateVolume } from '../state/state-volume.ts';
import { hasBlock, ownBlocks } from './free-network.ts';
import type { UpContext } from './types.ts';

const GiB = 1024 ** 3;
/** Measured: about 2 GiB of images and build cache, and room for OpenClaw to write. */
const BUILD_BYTES = 5 * GiB;
const RUN_BYTES = GiB / 2;

const PROJECT_LABEL = 'com.docker.compose.project';
const FOLDER_LABEL = 'com.docker.compose.project.working_dir';

/** Finds out what would make the start fail, before anything is changed. */
export async function preflight(context: UpContext, lock: Lock): Promise<void> {
  await requireSameVersion(context, lock);
  const running = await ownContainers(context);
  const isUp = running.some((container) => container.state === 'running');
  if (!isUp || !(await publishesPort(context))) await requireFreePort(context);
  const { files } = context.ports;
  const needed = lock.images.gateway === null ? BUILD_BYTES : RUN_BYTES;
  for (const path of [context.folder, context.engine.engine?.rootDir ?? context.folder]) {
    const free = await files.freeBytes(path);
    if (free < needed) throw diskFull(path, free, needed);
  }
}

/** Another version of OpenClaw migrates the state, and an older one refuses it then. @throws AppError `version-by-update` */
async function requireSameVersion({ docker, policy }: UpContext, lock: Lock): Promise<void> {
  const [runs, wanted] = [lock.openclaw.version, policy.openclaw.version];
  if (lock.images.gateway === null || runs === wanted) return;
  if ((await docker.inspectVolume(stateVolume(policy))) !== null) throw versionByUpdate(runs, wanted);
}

/** Containers of this project. @throws AppError when another folder has a project of the same name. */
async function ownContainers(context: UpContext): Promise<{ state: string }[]> {
  const { policy, docker, folder, ports } = context;
  const found = await docker.listContainers([`${PROJECT_LABEL}=${policy.name}`]);
  const here = await ports.files.realPath(folder);
  for (const { labels } of found) {
    const elsewhere = labels[FOLDER_LABEL];
    if (elsewhere === undefined || elsewhere === folder) continue;
    if ((await ports.files.realPath(elsewhere)) !== here) throw projectNameTaken(policy.name, elsewhere);
  }
  return found;
}

/** True when what runs was started with this very port; another one is new, and may be taken. */
async function publishesPort({ ports, folder, policy }: UpContext): Promise<boolean> {
  const compose = (await ports.files.read(join(folder, PATHS.compose))) ?? '';
  return compose.includes(` 127.0.0.1:${policy.access.port}:`);
}

async function requireFreePort(context: UpContext): Promise<void> {
  const { port } = context.policy.access;
  const found = await context.ports.system.portInUse('127.0.0.1', port);
  if (found.inUse) throw portTaken(port, found.reason ?? 'something else listens on it');
}

/**
 * The cage's /28: the pinned one, unless another Docker network took it while the deployment was down; else one that
 * overlaps neither a route of the host nor a Docker network.
 */
export async function cageSubnet(context: UpContext, lock: Lock): Promise<string> {
  if (lock.cageSubnet !== null && (await isOursOrFree(context, lock.cageSubnet))) return lock.cageSubnet;
  const routes = routesFromProc((await context.ports.files.read('/proc/net/route')) ?? '');
  const networks = await context.docker.listSubnets();
  const chosen = chooseCageSubnet([...routes, ...networks]);
  if (chosen === null) throw noSubnetLeft();
  return chosen;
}

async function isOursOrFree({ docker, policy }: UpContext, cage: string): Promise<boolean> {
  const taken = await docker.listSubnets();
  for (const [name, block] of ownBlocks(policy.name, cage)) {
    if (isFree(block, taken)) continue;
    const network = await docker.inspectNetwork(name);
    if (network === null || !hasBlock(network, block)) return false;
  }
  return true;
}
