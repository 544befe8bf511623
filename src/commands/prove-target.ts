import { basename, join, resolve } from 'node:path';
import type { Docker } from '../engine/docker.ts';
import { nothingToProve, targetGivenTwice } from '../errors/evidence-errors.ts';
import { loadPolicy } from '../policy/load.ts';
import type { Ports } from '../ports/ports.ts';
import { CONFIG_FILE } from './folder.ts';
import type { ProveOptions } from './options.ts';

const PROJECT = 'com.docker.compose.project';

export interface NamedTarget {
  /** Of a container or of a Compose project. */
  name: string;
  /** Absolute path of its folder, where it is a deployment of clawproof's own. */
  ownFolder?: string;
}

/**
 * The container or the Compose project that is meant: what was named, or what runs of a folder.
 * @param folder absolute path of the current folder, or of the one that -C names
 * @throws AppError `target-given-twice`, `nothing-to-prove`, and those of loadPolicy
 */
export async function proveTarget(
  ports: Pick<Ports, 'files'>,
  docker: Pick<Docker, 'listContainers'>,
  folder: string,
  { target, container }: Pick<ProveOptions, 'target' | 'container'>,
): Promise<NamedTarget> {
  if (container !== undefined) {
    if (target !== undefined) throw targetGivenTwice(target, container);
    return { name: container };
  }
  const path = resolve(folder, target ?? '.');
  const stat = await ports.files.stat(path).catch(() => null);
  const isFolder = stat?.kind === 'directory' || stat?.kind === 'symlink';
  if (!isFolder) return { name: target ?? basename(folder) };
  return (await projectOf(ports, docker, path, target === undefined)) ?? { name: missing(path, target) };
}

/** @param alsoDefault true = ./openclaw is looked at as well, as other commands do */
async function projectOf(
  { files }: Pick<Ports, 'files'>,
  docker: Pick<Docker, 'listContainers'>,
  path: string,
  alsoDefault: boolean,
): Promise<NamedTarget | undefined> {
  for (const folder of alsoDefault ? [path, join(path, 'openclaw')] : [path]) {
    const file = join(folder, CONFIG_FILE);
    const policy = await files.read(file);
    if (policy !== null) return { name: loadPolicy(policy, file).name, ownFolder: folder };
    const running = await docker.listContainers([`${PROJECT}.working_dir=${folder}`]);
    const [first] = running.flatMap(({ labels }) => labels[PROJECT] ?? []);
    if (first !== undefined) return { name: first };
  }
  return undefined;
}

/** A name may be that of a project and of a folder that has nothing to do with it. */
function missing(path: string, target: string | undefined): string {
  if (target !== undefined && !target.includes('/') && target !== '.' && target !== '..') return target;
  throw nothingToProve(path);
}
