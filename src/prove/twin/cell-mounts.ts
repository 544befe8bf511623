import { isPartOfHost } from '../../measures/host-folders.ts';
import type { MountSpec } from '../container-spec.ts';
import type { MountSource } from '../proof-target.ts';
import { holdsSecrets } from './replace-secrets.ts';

/** A mount of the target in whose place the cell gets an empty one of the same owner: a folder, or a file of the same length. */
export interface FreshMount {
  target: string;
  readOnly: boolean;
  source: MountSource;
}

export interface CellMounts {
  /** As they are; never writable where the target would feel it. */
  kept: MountSpec[];
  fresh: FreshMount[];
}

/**
 * Which mounts a cell shares with the target. Nothing that belongs to the target can be written or holds its secrets; what
 * is the host's is kept, read-only, because it is what is attacked; so are sockets and devices.
 * @param sources what is mounted, by the path in the container
 * @param uid of the container's user, to whom a folder belongs of which nothing is known
 */
export function cellMounts(
  mounts: readonly MountSpec[],
  sources: ReadonlyMap<string, MountSource>,
  uid: number,
): CellMounts {
  const found: CellMounts = { kept: [], fresh: [] };
  for (const mount of mounts) {
    const source = sources.get(mount.Target);
    const fate = fateOf(mount, source);
    if (fate === 'fresh')
      found.fresh.push({
        target: mount.Target,
        readOnly: mount.ReadOnly === true,
        source: source ?? { kind: 'directory', uid, gid: uid, mode: 0o755, size: 0 },
      });
    else found.kept.push(fate === 'read-only' ? { ...mount, ReadOnly: true } : mount);
  }
  return found;
}

/** Where engines, and everything else on a host, keep their sockets. */
const RUNTIME_FOLDER = /^(?:\/var)?\/run(?:\/|$)|^\/var\/lib\/(?:containerd|containers)(?:\/|$)/;

function fateOf(mount: MountSpec, source: MountSource | undefined): 'kept' | 'read-only' | 'fresh' {
  if (mount.Type === 'tmpfs') return 'kept';
  if (mount.Type === 'volume') return 'fresh';
  // Sockets and devices take what is written to them also from a read-only mount; a folder that is none of them does not.
  if (source?.kind === 'other' || isSocket(mount)) return 'read-only';
  const path = mount.Source ?? '';
  if (isPartOfHost(path.replace(/\/+$/, ''))) return 'read-only';
  if (holdsSecrets([path, mount.Target])) return 'fresh';
  if (RUNTIME_FOLDER.test(path)) return 'read-only';
  return mount.ReadOnly === true ? 'kept' : 'fresh';
}

/** A weakening adds sockets that nobody looked at. */
function isSocket({ Source = '' }: MountSpec): boolean {
  return Source.endsWith('.sock') || Source.startsWith('/dev/');
}
