import { relativePath } from './compose/relative-path.ts';
import { resolvePath } from './compose/project/host-paths.ts';
import type { Mount, Service } from './deployment.ts';

/**
 * Every path on the host that a mount is about: as it is written, and what that stands for. A rule about sources holds
 * only when it holds for all of them.
 */
export function hostPathsOf(mount: Pick<Mount, 'source' | 'hostPaths'>): string[] {
  const { source, hostPaths = [] } = mount;
  return source === undefined ? hostPaths : [source, ...hostPaths];
}

/**
 * Notes what the sources of bind mounts stand for.
 * @param folder project directory, absolute; undefined when only the text of a compose file is known
 */
export function addHostPaths(services: readonly Service[], folder?: string): void {
  for (const { mounts = [], watchedPaths = [] } of services) {
    for (const mount of mounts) if (mount.kind === 'bind') addPlainPath(mount, folder);
    for (const path of watchedPaths) addPlainPath(path, folder);
  }
}

type OnHost = Pick<Mount, 'source' | 'hostPaths'>;

function addPlainPath(mount: OnHost, folder: string | undefined): void {
  const paths = hostPathsOf(mount).flatMap((path) => plainPaths(path, folder));
  setHostPaths(mount, paths);
}

/** Adds paths that the source of a mount stands for. */
export function addToHostPaths(mount: Mount, paths: readonly string[]): void {
  setHostPaths(mount, [...(mount.hostPaths ?? []), ...paths]);
}

function setHostPaths(mount: OnHost, paths: readonly string[]): void {
  // What only says the same in other words is left out.
  const written = mount.source?.replace(/^\.\/(?=.)/, '').replace(/(?<=.)\/+$/, '');
  const others = [...new Set(paths)].filter((path) => path !== mount.source && path !== written);
  if (others.length > 0) mount.hostPaths = others;
  else delete mount.hostPaths;
}

/** A path without `.`, `..` and doubled slashes, and where it is on the host. */
function plainPaths(path: string, folder: string | undefined): string[] {
  if (path === '') return [];
  const plain = plainPath(path);
  if (folder === undefined || /^[~$]/.test(path)) return [plain];
  return [plain, ...seenFrom(folder, resolvePath(folder, path))];
}

/**
 * How an absolute path is called that somebody may mount: relative to a folder of the owner where it lies in it, because
 * it is the owner's then, wherever that folder is; absolute elsewhere; and as `..` too when the folder lies in it.
 * @param name what the folder itself is called: `.`, or `~` for the home folder
 */
export function seenFrom(folder: string, path: string, name = '.'): string[] {
  const inner = relativePath(folder, path);
  if (inner === '.') return [name];
  if (/^\.\.(?:\/\.\.)*$/.test(inner)) return [path, inner];
  if (/^(?:\.\.(?:\/|$)|[A-Za-z]:|\\\\)/.test(inner)) return [path];
  return [name === '.' ? inner : `${name}/${inner}`];
}

/** Home folders lie in /home as a rule; where this one is, only the machine knows. */
const someHome = '/home/~';

/** The same path in its shortest spelling; a relative one stays relative, and `~` and variables stay in front. */
export function plainPath(path: string): string {
  if (path.startsWith('/')) return resolvePath('/', path);
  if (path === '~' || path.startsWith('~/')) {
    const plain = resolvePath('/', someHome + path.slice(1));
    return plain === someHome || plain.startsWith(`${someHome}/`) ? plain.slice('/home/'.length) : plain;
  }
  if (/^[A-Za-z]:[\\/]/.test(path))
    return path.slice(0, 2) + resolvePath('/', path.slice(2).replaceAll('\\', '/'));
  return path.startsWith('\\\\') ? path : plainRelative(path);
}

function plainRelative(path: string): string {
  const steps: string[] = [];
  for (const step of path.split('/')) {
    if (step === '..' && steps.length > 0 && steps.at(-1) !== '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.length === 0 ? '.' : steps.join('/');
}
