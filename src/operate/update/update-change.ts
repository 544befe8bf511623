import { join } from 'node:path';
import { ensureImages } from '../../engine/images/ensure-images.ts';
import { imageEngine } from '../../engine/images/image-engine.ts';
import { formatLock, type Lock } from '../../engine/lock-file.ts';
import { loadPolicy } from '../../policy/load.ts';
import { renderBuildContexts } from '../../render/images/build-context.ts';
import { PATHS } from '../../render/layout.ts';
import type { Change, ChangeStep } from '../change/change.ts';
import { ownerContext, readOwned } from '../container-owner.ts';
import { writeChanges } from '../file-plan.ts';
import { copyState, gatewayImage, removeStateCopy, stateVolume } from '../state/state-volume.ts';
import { newFiles, textOf, writtenPaths } from './new-files.ts';
import { closeOffline, openOffline, runDoctor } from './offline.ts';
import { resume, whilePaused } from './pause.ts';
import { DEPENDENCIES, stagingFolder, trialVolume } from './places.ts';
import { withVersion } from './policy-version.ts';
import { writeRecord } from './record.ts';
import {
  readSnapshot,
  removeSnapshot,
  restoreFiles,
  restoreState,
  snapshotIds,
  takeSnapshot,
} from './snapshot.ts';
import { startAgain, startNew, stopGateway } from './start-steps.ts';
import { settle } from './settle.ts';
import { endTrial, readStaged, tryOnCopy } from './trial.ts';
import { QUIET_TASK, type UpdateMemo, upContextOf } from './update-memo.ts';
import { requireHeld } from './held.ts';
import { writeGatewayConfig } from './write-config.ts';

type Step = ChangeStep<UpdateMemo>;

const images: Step = {
  id: 'images',
  title: 'Images of the new version',
  run: async (context, { to }, report, task = QUIET_TASK) => {
    const { ports, path: folder, policyText, lock } = context;
    const staging = stagingFolder(folder);
    await ports.files.remove(staging);
    await ports.files.makeDirectory(staging, 0o700);
    const text = withVersion(policyText, to);
    const policy = loadPolicy(text, PATHS.policy);
    await ports.files.writeAtomic(join(staging, PATHS.policy), text, { mode: 0o600 });
    for (const file of renderBuildContexts(policy))
      await ports.files.writeAtomic(join(staging, file.path), file.text, { mode: file.mode });
    const save = (next: Lock): Promise<void> =>
      ports.files.writeAtomic(join(staging, PATHS.lock), formatLock(next), { mode: 0o600 });
    const made = await ensureImages(ports, imageEngine(context.engine), policy, lock, staging, task, {
      onLock: save,
    });
    await save(made.lock);
    for (const note of made.notes.filter((each) => !each.includes('docker image rm')))
      ports.progress.note(note);
    report(
      [...made.built.map((role) => `built ${role}`), ...made.pulled.map((role) => `pulled ${role}`)].join(
        ', ',
      ) || 'all there',
    );
  },
  undo: ({ ports, path }) => ports.files.remove(stagingFolder(path)),
};

const trialCopy: Step = {
  id: 'trial-copy',
  title: 'Copy of the state, to try it on',
  run: async (context) => {
    const { policy } = context;
    await whilePaused(context, () => copyState(context, stateVolume(policy), trialVolume(policy)));
  },
  undo: async (context) => {
    await resume(context);
    await removeStateCopy(context, trialVolume(context.policy));
  },
};

const trial: Step = {
  id: 'trial',
  title: 'The new version on the copy',
  run: async (context, memo, report, task = QUIET_TASK) => {
    const result = await tryOnCopy(context, memo, task);
    report(`ready after ${result.readySeconds} s; doctor: ${result.doctor}; audit: ${result.audit}`);
    return { ...memo, trial: result };
  },
  undo: endTrial,
};

const stop: Step = {
  id: 'stop',
  title: 'Gateway stops',
  run: stopGateway,
  undo: async (context, { wasRunning }) => {
    if (wasRunning) await startAgain(context);
  },
};

const snapshot: Step = {
  id: 'snapshot',
  title: 'State and settings are kept for a rollback',
  run: async (context, { id, from, to, stateBytes }) => {
    const { policy, lock } = await readStaged(context);
    const { set } = newFiles(policy, lock, context.toolVersion, null);
    const paths = writtenPaths(set, [DEPENDENCIES]);
    await takeSnapshot(context, { id, from, to, stateBytes, paths });
  },
  undo: (context, { id }) => removeSnapshot(context, id),
};

const files: Step = {
  id: 'files',
  title: 'Files of the new version',
  run: async (context, _memo, report) => {
    const { ports, path: folder, toolVersion } = context;
    const { policyText, policy, lock } = await readStaged(context);
    const owner = ownerContext(context, gatewayImage({ lock, path: folder }));
    const config = await readOwned(owner, folder, PATHS.openclawConfig);
    const { set } = newFiles(policy, lock, toolVersion, config);
    const plain = set.filter(({ owner: whose }) => whose === 'user');
    const dependencies = await ports.files.read(join(stagingFolder(folder), DEPENDENCIES));
    if (dependencies !== null)
      await ports.files.writeAtomic(join(folder, DEPENDENCIES), dependencies, { mode: 0o644 });
    await writeChanges(
      ports.files,
      folder,
      plain.map((file) => ({ file, before: null })),
    );
    await writeGatewayConfig(owner, folder, textOf(set, PATHS.openclawConfig));
    await ports.files.writeAtomic(join(folder, PATHS.lock), formatLock(lock), { mode: 0o644 });
    await ports.files.writeAtomic(join(folder, PATHS.policy), policyText, { mode: 0o644 });
    report(`${set.length + 2} written`);
  },
  undo: async (context, { id }) => {
    const kept = await readSnapshot(context.ports.files, context.path, id);
    if (kept !== null) await restoreFiles(context, kept);
  },
};

const migrate: Step = {
  id: 'migrate',
  title: "OpenClaw's doctor brings the state to the new version",
  run: async (context, { to }) => {
    const { policy, path: folder } = context;
    const staged = await readStaged(context);
    const { set } = newFiles(staged.policy, staged.lock, context.toolVersion, null);
    const compose = await openOffline(context, {
      work: 'doctor',
      compose: textOf(set, PATHS.compose),
      state: stateVolume(policy),
      configFrom: folder,
    });
    await runDoctor(compose, to, 'the state');
    await settle(context, staged.policy, staged.lock);
  },
  undo: async (context, { id }) => {
    await closeOffline(context, 'doctor');
    const kept = await readSnapshot(context.ports.files, context.path, id);
    if (kept !== null) await restoreState(context, kept);
  },
};

const start: Step = {
  id: 'start',
  title: 'Gateway starts with the new version',
  run: async (context, { to }, _report, task = QUIET_TASK) => startNew(context, to, task),
  undo: stopGateway,
};

const check: Step = {
  id: 'check',
  title: 'Protections',
  run: async (context, { to, held }, report) => {
    report(await requireHeld(await upContextOf(context), to, held));
  },
};

const keep: Step = {
  id: 'keep',
  title: 'The new version is the valid one',
  run: async ({ ports, path }, { id, from, to, stateBytes }) => {
    await writeRecord(ports.files, path, {
      schema: 1,
      id,
      from,
      to,
      at: ports.clock.now().toISOString(),
      stateBytes,
    });
  },
};

const tidy: Step = {
  id: 'tidy',
  title: 'Leftovers and older snapshots go',
  run: async (context, { id }) => {
    const { ports, path } = context;
    for (const other of await snapshotIds(ports.files, path))
      if (other !== id) await removeSnapshot(context, other);
    await endTrial(context);
    await closeOffline(context, 'doctor');
    await ports.files.remove(stagingFolder(path));
  },
};

/**
 * Another version of OpenClaw, tried on a copy first. Until `keep`, everything is taken back by any failure or interruption,
 * the state included: an older version refuses state that a newer one has migrated.
 */
export const updateChange: Change<UpdateMemo> = {
  name: 'update',
  commitAt: keep.id,
  steps: [images, trialCopy, trial, stop, snapshot, files, migrate, start, check, keep, tidy],
};
