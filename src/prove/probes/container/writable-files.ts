import type { Mount } from '../../../deployment/deployment.ts';
import type { WriteAttempt } from '../../payload/files.ts';
import { isBelow } from '../../payload/mount-table.ts';
import type { Walk } from '../../payload/walk.ts';
import type { Judgement, Probe } from '../../probe.ts';
import type { ProofTarget } from '../../proof-target.ts';
import { count, fail, few, judgeResult, pass, unclear } from '../judgement.ts';

/** What every engine gives a container to write to, whatever is asked of it: devices, shared memory, message queues. */
const ENGINE_WRITABLE = ['/dev'];
/** Settings files that engines make for each container; without a read-only root they are writable for root. */
const SETTINGS_FOLDER = '/etc/openclaw';

/** Folders and files that the deployment means to be written to. */
export function declaredWritable({ gateway }: ProofTarget): string[] {
  const targets = (gateway.mounts ?? []).filter(({ readOnly }) => !readOnly).map(({ target }) => target);
  return [...targets, ...ENGINE_WRITABLE];
}

export const writablePaths: Probe = {
  id: 'writable-paths',
  ring: 'container',
  title: 'Nothing outside the declared writable folders can be written',
  why: 'An intruder who can write to the root file system replaces OpenClaw and its tools and is still there after the next restart.',
  measures: ['read-only-root'],
  rows: ['G7', 'H1', 'G3'],
  expects: 'a new file is refused in every folder but those that are declared writable',
  weakenedBy: ['read-only-root', 'writable-config'],
  attempts: () => [{ id: 'every-folder', at: 'cell', run: 'walk', params: {}, timeoutMs: 30_000 }],
  judge: (seen, target) =>
    judgeResult<Walk>(seen, 'every-folder', (walk) => judgeWalk(walk, declaredWritable(target))),
};

function judgeWalk(walk: Walk, declared: readonly string[]): Judgement {
  const open = walk.writable
    .filter(({ path }) => !declared.some((folder) => isBelow(path, folder)))
    .toSorted((left, right) => left.path.length - right.path.length);
  if (open.length > 0)
    return fail(
      `it wrote to ${few(open.map(({ path }) => path))}, which ${open.length === 1 ? 'is' : 'are'} not meant to be written`,
    );
  if (walk.isCut)
    return unclear(
      `there are too many folders: only ${walk.folders} were tried, and none of them could be written`,
    );
  const refused = Object.values(walk.refused).reduce((sum, each) => sum + each, 0);
  if (refused === 0) return unclear('no folder refused a new file, and none took one');
  return pass(`${count(refused, 'folder')} refused a new file; only what is declared writable took one`);
}

/** Openings of what holds settings and secrets; in the state volume, where upstream keeps its settings, as well. */
function guarded({ gateway, configPath }: ProofTarget): string[] {
  const mounts = (gateway.mounts ?? []).filter(isGuarded).map(({ target }) => target);
  const folder = configPath?.replace(/\/[^/]*$/, '');
  return [...new Set([...mounts, ...(configPath === undefined ? [] : [configPath, folder || '/'])])];
}

function isGuarded({ target, from, kind }: Mount): boolean {
  if (kind === 'tmpfs') return false;
  return (
    from !== undefined ||
    isBelow(target, '/run/secrets') ||
    isBelow(target, SETTINGS_FOLDER) ||
    /\/openclaw\.json5?$/.test(target)
  );
}

export const mountedSettings: Probe = {
  id: 'mounted-settings',
  ring: 'container',
  title: 'Mounted settings and secrets cannot be changed from inside',
  why: 'An agent that can change openclaw.json lifts its own restrictions; one that can replace a secret chooses who gets in.',
  measures: ['minimal-mounts'],
  rows: ['G3', 'G7'],
  expects: 'opening the files for writing and making files beside them is refused',
  weakenedBy: ['writable-config'],
  attempts: (target) => {
    const paths = guarded(target);
    return paths.length === 0
      ? { skipped: 'no settings or secrets are mounted, and where openclaw.json is could not be read' }
      : [{ id: 'write', at: 'cell', run: 'writeAttempts', params: { paths } }];
  },
  judge: (seen) => judgeResult<Record<string, WriteAttempt>>(seen, 'write', judgeGuarded),
};

/** Of a file that belongs to somebody else; a mount that is read-only refuses with EROFS before. */
const REFUSALS = new Set(['EROFS', 'EACCES', 'EPERM']);

function judgeGuarded(attempts: Record<string, WriteAttempt>): Judgement {
  const entries = Object.entries(attempts);
  const open = entries.filter(([, { write }]) => write === 'done');
  if (open.length > 0) {
    const texts = open.map(([path, { kind }]) =>
      kind === 'folder' ? `made a folder in ${path}` : `opened ${path} for writing`,
    );
    return fail(`it ${few(texts)}`);
  }
  const there = entries.filter(([, { kind }]) => kind !== 'missing');
  if (there.length === 0) return unclear(`${few(entries.map(([path]) => path))}: not there`);
  const odd = there.filter(([, { write }]) => !REFUSALS.has(write));
  if (odd.length > 0) return unclear(odd.map(([path, { write }]) => `${path}: ${write}`).join(', '));
  return pass(
    there.map(([path, { write, mode }]) => `${path} ${mode === 'EROFS' ? mode : write}`).join(', '),
  );
}
