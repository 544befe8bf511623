import { dirname, join, resolve } from 'node:path';
import type { Deployment, Mount } from '../deployment/deployment.ts';
import { addToHostPaths, hostPathsOf, seenFrom } from '../deployment/host-paths.ts';
import type { AuditProblem } from './audit-report.ts';
import type { SourceReader } from './source-reader.ts';

/** Far more than any deployment mounts. */
const MAX_SOURCES = 2000;

/** Folders that a source is told relative to; all absolute. */
export interface MountFolders {
  project: string;
  home: string;
}

/**
 * Notes where the sources of bind mounts really are: symbolic links are followed, and `~` is the home folder.
 * @returns what was not followed because it is too much
 */
export async function followMounts(
  reader: SourceReader,
  deployment: Deployment,
  folders: MountFolders,
): Promise<AuditProblem[]> {
  const real = {
    project: (await realPathOf(reader, folders.project)) ?? folders.project,
    home: (await realPathOf(reader, folders.home)) ?? folders.home,
  };
  const known = new Map<string, Promise<string[] | undefined>>();
  for (const mount of deployment.services.flatMap(({ mounts = [] }) => mounts)) {
    if (mount.kind !== 'bind') continue;
    const key = hostPathsOf(mount).join('\0');
    if (!known.has(key)) {
      if (known.size >= MAX_SOURCES) return [tooManySources()];
      known.set(key, realSources(reader, mount, folders, real));
    }
    const found = await known.get(key);
    if (found === undefined) mount.unseen = `where ${mount.source} leads is not to be seen here`;
    else addToHostPaths(mount, found);
  }
  return [];
}

function tooManySources(): AuditProblem {
  return {
    id: 'too-many-mounts',
    message: `More than ${MAX_SOURCES} different folders and files are mounted; where symbolic links lead was looked up for the first ${MAX_SOURCES} only.`,
  };
}

async function realSources(
  reader: SourceReader,
  mount: Mount,
  folders: MountFolders,
  real: MountFolders,
): Promise<string[] | undefined> {
  const found: string[] = [];
  for (const source of hostPathsOf(mount)) {
    if (!isOnHost(source)) continue;
    const isHome = /^~(?:\/|$)/.test(source);
    const inHome = isHome ? folders.home + source.slice(1) : source;
    // The kernel follows links before it goes up, and Compose the other way round: both are looked at.
    const spelled = withoutDots(inHome.startsWith('/') ? inHome : `${folders.project}/${inHome}`);
    for (const one of new Set([resolve(spelled), spelled])) {
      const base = isHome ? real.home : real.project;
      const path = await realPathOf(reader, one);
      if (path === undefined) return undefined;
      found.push(...seenFrom(base, path, isHome ? '~' : '.'));
    }
  }
  return found;
}

/** Without the parts that lead nowhere, with links or without. */
function withoutDots(path: string): string {
  return path.replaceAll(/\/\.(?=\/|$)/g, '') || '/';
}

/** Not a path of Windows, and not one that depends on a variable. */
function isOnHost(source: string): boolean {
  return source !== '' && !source.includes('$') && !/^(?:[A-Za-z]:[\\/]|\\\\)/.test(source);
}

/**
 * The engine makes what is not there, so the nearest parent that is there decides.
 * @returns undefined for a link that leads to nothing here, and for what may not be looked at
 */
async function realPathOf(reader: SourceReader, path: string): Promise<string | undefined> {
  let missing = '';
  for (let parent = path; ; parent = dirname(parent)) {
    const real = await reader.realPath(parent).catch(() => undefined);
    if (real === undefined) return undefined;
    if (real !== null) return join(real, missing);
    const found = await reader.stat(parent).catch(() => undefined);
    if (found === undefined || found?.kind === 'symlink') return undefined;
    if (dirname(parent) === parent) return path;
    missing = join(parent.slice(dirname(parent).length), missing);
  }
}
