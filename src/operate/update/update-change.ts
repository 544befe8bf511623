import { join } from 'node:path';
import { ensureImages } from '../../engine/images/ensure-images.ts';
import { imageEngine } from '../../engine/images/image-engine.ts';
import { lockedReferences } from '../../engine/images/reference.ts';
import { formatLock, type Lock } from '../../engine/lock-file.ts';
import { nothingToRebuild } from '../../errors/update-errors.ts';
import { loadPolicy } from '../../policy/load.ts';
import type { Files } from '../../ports/files.ts';
import { renderBuildContexts } from '../../render/images/build-context.ts';
import { PATHS } from '../../render/layout.ts';
import type { Change, ChangeStep } from '../change/change.ts';
import { ownerContext, readOwned } from '../container-owner.ts';
import { whileFrozen } from '../state/freeze.ts';
import { writeGatewayConfig } from '../gateway-config-file.ts';
import { copyState, gatewayImage, removeStateCopy, stateVolume } from '../state/state-volume.ts';
import { pinsFrom } from '../up/file-set.ts';
import { newFiles, textOf, writtenPaths } from './new-files.ts';
import { closeOffline, openOffline, runDoctor } from './offline.ts';
import { DEPENDENCIES, stagingFolder, trialVolume } from './places.ts';
import { withVersion } from './policy-version.ts';
import { putFiles } from './put-files.ts';
import { writeRecord } from './record.ts';
import { settledConfig } from './settle-config.ts';
import {
  readSnapshot,
  removeSnapshot,
  restoreFiles,
  restoreState,
  snapshotIds,
  takeSnapshot,
} from './snapshot.ts';
import { startNew, stopGateway, stopStep } from './start-steps.ts';
import { endTrial, readStaged, tryOnCopy } from './trial.ts';
import { QUIET_TASK, type UpdateMemo, upContextOf } from './update-memo.ts';
import { requireHeld } from './held.ts';

type Step = ChangeStep<UpdateMemo>;

const images: Step = {
  id: 'images',
  title: 'Images of the new version',
  run: async (context, { to, isRebuild = false }, report, task = QUIET_TASK) => {
    const { ports, path: folder, policyText, lock } = context;
    const staging = stagingFolder(folder);
    await ports.files.remove(staging);
    await ports.files.makeDirectory(staging, 0o700);
    const text = isRebuild ? policyText : withVersion(policyText, to);
    const policy = loadPolicy(text, PATHS.policy);
    await ports.files.writeAtomic(join(staging, PATHS.policy), text, { mode: 0o600 });
    for (const file of renderBuildContexts(policy))
      await ports.files.writeAtomic(join(staging, file.path), file.text, { mode: file.mode });
    if (isRebuild) await copyDependencies(ports.files, folder, staging);
    const save = (next: Lock): Promise<void> =>
      ports.files.writeAtomic(join(staging, PATHS.lock), formatLock(next), { mode: 0o600 });
    const made = await ensureImages(ports, imageEngine(context.engine), policy, lock, staging, task, {
      onLock: save,
      isRebuild,
    });
    await save(made.lock);
    if (isRebuild && !hasNewImages(lock, made.lock)) throw nothingToRebuild(to);
    for (const note of made.notes) ports.progress.note(note);
    report(
      [...made.built.map((role) => `built ${role}`), ...made.pulled.map((role) => `pulled ${role}`)].join(
        ', ',
      ) || 'all there',
    );
  },
  undo: ({ ports, path }) => ports.files.remove(stagingFolder(path)),
};

/** What OpenClaw is made of stays as it is pinned. */
async function copyDependencies(files: Files, folder: string, staging: string): Promise<void> {
  const text = await files.read(join(folder, DEPENDENCIES));
  if (text !== null) await files.writeAtomic(join(staging, DEPENDENCIES), text, { mode: 0o644 });
}

function hasNewImages(before: Lock, after: Lock): boolean {
  const old = lockedReferences(before);
  return lockedReferences(after).some((reference) => !old.includes(reference));
}

const trialCopy: Step = {
  id: 'trial-copy',
  title: 'Copy of the state, to try it on',
  run: async (context) => {
    const { policy } = context;
    const state = stateVolume(policy);
    await whileFrozen(context, state, () => copyState(context, state, trialVolume(policy)));
  },
  undo: (context) => removeStateCopy(context, trialVolume(context.policy)),
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
    const dependencies = await ports.files.read(join(stagingFolder(folder), DEPENDENCIES));
    if (dependencies !== null)
      await ports.files.writeAtomic(join(folder, DEPENDENCIES), dependencies, { mode: 0o644 });
    await putFiles(context, { set, lock, policyText });
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
    const { policy, path: folder, toolVersion } = context;
    const staged = await readStaged(context);
    const { set } = newFiles(staged.policy, staged.lock, toolVersion, null);
    const owner = ownerContext(context, gatewayImage({ lock: staged.lock, path: folder }));
    const config =
      (await readOwned(owner, folder, PATHS.openclawConfig)) ?? textOf(set, PATHS.openclawConfig);
    // On a copy: its doctor keeps every former text beside the file, where none of them should stay.
    const staging = stagingFolder(folder);
    await writeGatewayConfig(owner, staging, config);
    const compose = await openOffline(context, {
      work: 'doctor',
      compose: textOf(set, PATHS.compose),
      state: stateVolume(policy),
      configFrom: staging,
    });
    await runDoctor(context, compose, to, 'the state');
    const after = (await readOwned(owner, staging, PATHS.openclawConfig)) ?? config;
    const { cageSubnet } = pinsFrom(staged.policy, staged.lock, toolVersion);
    await writeGatewayConfig(owner, folder, settledConfig(staged.policy, cageSubnet, config, after));
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
  steps: [images, trialCopy, trial, stopStep(), snapshot, files, migrate, start, check, keep, tidy],
};
