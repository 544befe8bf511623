import { join } from 'node:path';
import { parseLock } from '../../engine/lock-file.ts';
import { rollbackIncomplete } from '../../errors/update-errors.ts';
import { loadPolicy } from '../../policy/load.ts';
import { PATHS } from '../../render/layout.ts';
import type { Change, ChangeContext, ChangeStep } from '../change/change.ts';
import { deploymentFiles, pinsFrom } from '../up/file-set.ts';
import { requireHeld } from './held.ts';
import { writtenPaths } from './new-files.ts';
import { DEPENDENCIES } from './places.ts';
import { withVersion } from './policy-version.ts';
import { putFiles, type VersionFiles } from './put-files.ts';
import { removeRecord } from './record.ts';
import {
  keptFile,
  readSnapshot,
  removeSnapshot,
  restoreFiles,
  restoreState,
  type Snapshot,
  snapshotIds,
  takeSnapshot,
} from './snapshot.ts';
import { startNew, stopGateway, stopStep } from './start-steps.ts';
import { QUIET_TASK, upContextOf } from './update-memo.ts';

export interface RollbackMemo {
  /** Snapshot that is gone back to. */
  id: string;
  /** Snapshot of what is left, for the case that the older version does not get ready. */
  safety: string;
  from: string;
  to: string;
  wasRunning: boolean;
  stateBytes: number;
}

type Step = ChangeStep<RollbackMemo>;

const safety: Step = {
  id: 'safety',
  title: 'What is there now is kept until the older version runs',
  run: async (context, { id, safety: kept, from, to, stateBytes }) => {
    const before = await required(context, id);
    const { set } = await olderFiles(context, before);
    await takeSnapshot(context, { id: kept, from, to, stateBytes, paths: writtenPaths(set, [DEPENDENCIES]) });
  },
  undo: (context, { safety: kept }) => removeSnapshot(context, kept),
};

const files: Step = {
  id: 'files',
  title: 'Files and pins from before the update',
  run: async (context, { id }) => {
    const { ports, path: folder } = context;
    const before = await required(context, id);
    const older = await olderFiles(context, before);
    const dependencies = await keptFile(ports.files, folder, before, DEPENDENCIES);
    if (dependencies === null) await ports.files.remove(join(folder, DEPENDENCIES));
    else await ports.files.writeAtomic(join(folder, DEPENDENCIES), dependencies, { mode: 0o644 });
    await putFiles(context, older);
  },
  undo: async (context, { safety: kept }) => {
    const now = await readSnapshot(context.ports.files, context.path, kept);
    if (now !== null) await restoreFiles(context, now);
  },
};

const state: Step = {
  id: 'state',
  title: 'State from before the update',
  run: async (context, { id }, report) => {
    await restoreState(context, await required(context, id));
    report('the same, byte for byte');
  },
  undo: async (context, { safety: kept }) => {
    const now = await readSnapshot(context.ports.files, context.path, kept);
    if (now !== null) await restoreState(context, now);
  },
};

const start: Step = {
  id: 'start',
  title: 'Gateway starts with the older version',
  run: async (context, { to }, _report, task = QUIET_TASK) => startNew(context, to, task),
  undo: stopGateway,
};

const check: Step = {
  id: 'check',
  title: 'Protections',
  run: async (context, { to }, report) => report(await requireHeld(await upContextOf(context), to, [])),
};

const done: Step = {
  id: 'done',
  title: 'The older version is the valid one',
  run: ({ ports, path }) => removeRecord(ports.files, path),
};

const tidy: Step = {
  id: 'tidy',
  title: 'Snapshots go',
  run: async (context) => {
    for (const id of await snapshotIds(context.ports.files, context.path)) await removeSnapshot(context, id);
  },
};

/** Back to what was before the last update: its state byte for byte, its settings, its pins. */
export const rollbackChange: Change<RollbackMemo> = {
  name: 'rollback',
  commitAt: done.id,
  steps: [stopStep(), safety, files, state, start, check, done, tidy],
};

async function required({ ports, path }: ChangeContext, id: string): Promise<Snapshot> {
  const snapshot = await readSnapshot(ports.files, path, id);
  if (snapshot === null) throw rollbackIncomplete('its record is gone');
  return snapshot;
}

/**
 * The files for the older version. clawproof.yaml is the user's: only its version goes back. The cage keeps the addresses
 * that it has now.
 */
async function olderFiles(context: ChangeContext, before: Snapshot): Promise<VersionFiles> {
  const { ports, path: folder, toolVersion } = context;
  const isSame = context.policy.openclaw.version === before.from;
  const policyText = isSame ? context.policyText : withVersion(context.policyText, before.from);
  const policy = loadPolicy(policyText, PATHS.policy);
  const kept = await keptFile(ports.files, folder, before, PATHS.lock);
  if (kept === null) throw rollbackIncomplete(`${PATHS.lock} is missing`);
  const lock = { ...parseLock(kept), cageSubnet: context.lock.cageSubnet };
  const config = await keptFile(ports.files, folder, before, PATHS.openclawConfig);
  return { set: deploymentFiles(policy, pinsFrom(policy, lock, toolVersion), config), lock, policyText };
}
