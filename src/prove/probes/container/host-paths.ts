import { holdsCredentials, isHarmless, isPartOfHost } from '../../../measures/host-folders.ts';
import type { SeenMount } from '../../payload/host-view.ts';
import { isBelow } from '../../payload/mount-table.ts';
import type { Judgement, Probe } from '../../probe.ts';
import type { ProofTarget } from '../../proof-target.ts';
import { count, fail, few, judgeResult, pass, unclear } from '../judgement.ts';

const WHOLE_HOME = /^\/(?:home|Users)\/[^/]+$/;
/** What engines put into a container by themselves. */
const ENGINE_TARGETS = new Set([
  '/sbin/docker-init',
  '/dev/init',
  '/run/podman-init',
  '/dev/console',
  '/run/.containerenv',
]);

export const hostPaths: Probe = {
  id: 'host-paths',
  ring: 'container',
  title: 'No part of the host system is seen from inside',
  why: 'The agent reads every file that is mounted: keys, settings of the host, the work of its users.',
  measures: ['minimal-mounts'],
  rows: ['G3'],
  expects: 'the mount table leads to volumes and to files of the deployment only',
  weakenedBy: ['minimal-mounts'],
  attempts: () => [{ id: 'mounts', at: 'cell', run: 'mounts', params: {} }],
  judge: (seen, target) => judgeResult<SeenMount[]>(seen, 'mounts', (mounts) => judgeMounts(mounts, target)),
};

function judgeMounts(mounts: readonly SeenMount[], { gateway }: ProofTarget): Judgement {
  if (!mounts.some(({ target }) => target === '/')) return unclear('the mount table could not be read');
  const declared = new Map((gateway.mounts ?? []).map((mount) => [mount.target, mount]));
  const open = mounts.flatMap((mount) => {
    if (ENGINE_TARGETS.has(mount.target)) return [];
    // Where the file system of the host begins elsewhere, only the engine knows what the source is called there.
    const own = declared.get(mount.target);
    const named = own?.kind === 'bind' ? [own.source ?? '', ...(own.hostPaths ?? [])] : [];
    const shown = mount.isHostPath ? [mount.root] : isStrangeTmpfs(mount, own !== undefined) ? ['/'] : [];
    const what = [...named, ...shown].map(exposed).find((each) => each !== undefined);
    return what === undefined ? [] : [`${what} at ${mount.target}${entriesText(mount)}`];
  });
  return open.length > 0
    ? fail(`it sees ${few(open)}`)
    : pass(`${count(mounts.length, 'mount')}, none of a part of the host system`);
}

/** Hosts have /run and /tmp as a tmpfs: nothing but the absence of a tmpfs in the deployment tells it from an own one. */
function isStrangeTmpfs({ fsType, target, root }: SeenMount, isDeclared: boolean): boolean {
  const ofEngine = ['/dev', '/proc', '/sys', '/run/secrets', '/etc'].some((folder) =>
    isBelow(target, folder),
  );
  return fsType === 'tmpfs' && root === '/' && !isDeclared && !ofEngine;
}

function exposed(path: string): string | undefined {
  if (path === '') return undefined;
  const source = path.replace(/\/+$/, '');
  if (isHarmless(source)) return undefined;
  if (source === '') return 'a whole file system of the host';
  if (holdsCredentials(source)) return `${source}, which holds credentials of the host,`;
  const isPart = isPartOfHost(source) || WHOLE_HOME.test(source) || /^\/(?:var\/)?run$/.test(source);
  return isPart ? `${source} of the host` : undefined;
}

function entriesText({ entries }: SeenMount): string {
  return typeof entries === 'number' ? ` (${count(entries, 'entry', 'entries')})` : '';
}
