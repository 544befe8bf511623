import type { Snapshot } from '../payload/detonation/snapshot.ts';
import { TWIN } from './layout.ts';

/** What OpenClaw keeps for itself and writes all the time: nobody is looked for there. */
export const GATEWAY_FOLDERS: readonly string[] = [
  `${TWIN.state}/cache`,
  `${TWIN.state}/state`,
  `${TWIN.state}/tmp`,
  `${TWIN.state}/logs`,
  `${TWIN.state}/plugin-skills`,
  `${TWIN.state}/agents/main/sessions`,
  `${TWIN.home}/.cache/openclaw`,
  '/tmp/node-compile-cache',
  '/tmp/openclaw',
  '/tmp/openclaw-1000',
  '/tmp/openclaw-state-locks-1000',
];

/** Files of its own beside those that may be anybody's. */
const GATEWAY_FILE = /\/openclaw-agent\.sqlite(?:-shm|-wal|-journal)?$/;

export interface FileChange {
  path: string;
  how: 'added' | 'changed' | 'deleted';
}

/** What differs between two looks, by path. Reading is no change. */
export function changedPaths(before: Snapshot, after: Snapshot): FileChange[] {
  const changes: FileChange[] = [];
  for (const [path, state] of Object.entries(after.files)) {
    const old = before.files[path];
    // All but the time of the last reading.
    if (old === undefined) changes.push({ path, how: 'added' });
    else if (old.slice(0, 5).join() !== state.slice(0, 5).join()) changes.push({ path, how: 'changed' });
  }
  for (const path of Object.keys(before.files))
    if (after.files[path] === undefined) changes.push({ path, how: 'deleted' });
  return changes
    .filter(({ path }) => !GATEWAY_FILE.test(path) && !path.startsWith('/dev/shm/'))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
