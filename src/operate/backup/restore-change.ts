import { join } from 'node:path';
import { restoreInterrupted, restoredNotRight } from '../../errors/backup-errors.ts';
import { loadPolicy } from '../../policy/load.ts';
import { PATHS } from '../../render/layout.ts';
import type { Change, ChangeContext, ChangeStep } from '../change/change.ts';
import { ownerContext } from '../container-owner.ts';
import { readFolder } from '../folder.ts';
import { copyState, gatewayImage, removeStateCopy, stateVolume } from '../state/state-volume.ts';
import { askPatiently } from '../token/ask-gateway.ts';
import { recordToken } from '../token/token-record.ts';
import { forgetUp } from '../up/unchanged.ts';
import { startContainers, waitUntilReady } from '../up/start.ts';
import {
  AFTER,
  applyPlan,
  BEFORE,
  currentFiles,
  type FolderPlan,
  readPlan,
  removePlans,
  savePlan,
} from './folder-plan.ts';
import { settingsIn, tokenIn } from './restore-plan.ts';

/** No secrets: tokens and keys are in the two plans, which only the user may read. */
export interface RestoreMemo {
  /** The archive. */
  file: string;
  /** Was the gateway running before? */
  wasRunning: boolean;
}

type Step = ChangeStep<RestoreMemo>;

/** Volume with the state of the archive. */
export function restoredVolume({ policy }: Pick<ChangeContext, 'policy'>): string {
  return `${policy.name}-restored`;
}

/** Volume with the state that is replaced. */
export function replacedVolume({ policy }: Pick<ChangeContext, 'policy'>): string {
  return `${policy.name}-replaced`;
}

const TOKEN_SECONDS = 60;
const silent = { step: () => undefined, result: () => undefined };

/**
 * A restore. Until its last step the replaced state and files are kept, and whatever goes wrong puts them back.
 * @param unpack checks the archive and writes its state to `restoredVolume`; absent where one is ended that was
 * interrupted: it is never begun anew
 */
export function restoreChange(
  unpack?: (context: ChangeContext, report: (text: string) => void) => Promise<FolderPlan>,
): Change<RestoreMemo> {
  return {
    name: 'restore',
    steps: [unpackStep(unpack), stop, keep, putState, putFiles, start, finish],
    commitAt: finish.id,
  };
}

function unpackStep(unpack: Parameters<typeof restoreChange>[0]): Step {
  return {
    id: 'unpack',
    title: 'Archive checked and unpacked beside the state',
    run: async (context, memo, report) => {
      if (unpack === undefined) throw restoreInterrupted(memo.file);
      await savePlan(context.ports, context.path, AFTER, await unpack(context, report));
    },
    undo: async (context) => {
      await removeStateCopy(context, restoredVolume(context));
      await removePlans(context.ports, context.path);
    },
  };
}

const stop: Step = {
  id: 'stop',
  title: 'Gateway stopped',
  run: (context) => context.compose.stop(['gateway']),
  undo: async (context, { wasRunning }) => {
    if (wasRunning) await startGateway(context);
  },
};

const keep: Step = {
  id: 'keep',
  title: 'What is replaced is kept',
  run: async (context) => {
    const plan = await requirePlan(context);
    const now = await currentFiles(ownerOf(context), context.path, plan);
    await savePlan(context.ports, context.path, BEFORE, now);
    await copyState(context, stateVolume(context.policy), replacedVolume(context));
  },
  undo: (context) => removeStateCopy(context, replacedVolume(context)),
};

const putState: Step = {
  id: 'state',
  title: 'State of the archive in its place',
  run: (context) => copyState(context, restoredVolume(context), stateVolume(context.policy)),
  undo: async (context) => {
    // Gone = it was put back before, and this way back was interrupted behind that.
    if ((await context.docker.inspectVolume(replacedVolume(context))) === null) return;
    await copyState(context, replacedVolume(context), stateVolume(context.policy));
  },
};

const putFiles: Step = {
  id: 'files',
  title: 'Settings and keys of the archive, and a new token',
  run: async (context) => {
    await forgetUp({ ports: context.ports, folder: context.path });
    const plan = await requirePlan(context);
    // It is mounted, also where nothing of it could be brought back.
    if (settingsIn(plan, (text) => loadPolicy(text, PATHS.policy)).policy.skills.use.length > 0)
      await context.ports.files.makeDirectory(join(context.path, PATHS.skills), 0o755);
    await applyPlan(ownerOf(context), context.path, plan);
    const token = tokenIn(plan);
    if (token !== null) await recordToken(context.ports, context.path, token);
  },
  undo: async (context) => {
    const before = await readPlan(context.ports, context.path, BEFORE);
    if (before !== null) await applyPlan(ownerOf(context), context.path, before);
  },
};

const start: Step = {
  id: 'start',
  title: 'Restored gateway healthy',
  run: async (context) => {
    const plan = await requirePlan(context);
    const before = (await readPlan(context.ports, context.path, BEFORE)) ?? [];
    const restored = { ...context, ...settingsIn(plan, (text) => loadPolicy(text, PATHS.policy)) };
    await startGateway(restored);
    await requireToken(restored, tokenIn(plan), 'accepted');
    await requireToken(restored, tokenIn(before), 'refused');
  },
  undo: (context) => context.compose.stop(['gateway']),
};

const finish: Step = {
  id: 'finish',
  title: 'Copies removed',
  run: async (context) => {
    await removeStateCopy(context, replacedVolume(context));
    await removeStateCopy(context, restoredVolume(context));
    await removePlans(context.ports, context.path);
  },
};

async function requireToken(
  context: ChangeContext,
  token: string | null,
  wanted: 'accepted' | 'refused',
): Promise<void> {
  if (token === null) return;
  const found = await askPatiently(context, token, TOKEN_SECONDS);
  if (found !== wanted)
    throw restoredNotRight(`the ${wanted === 'accepted' ? 'new' : 'old'} token is ${found}, not ${wanted}`);
}

async function startGateway(context: ChangeContext): Promise<void> {
  // As the folder says now: a restore, or its way back, may have changed the port.
  const { policy } = await readFolder(context.ports, context.path);
  const up = { ...context, policy, folder: context.path };
  await startContainers(up, silent);
  await waitUntilReady(up, silent);
}

async function requirePlan({ ports, path }: ChangeContext): Promise<FolderPlan> {
  const plan = await readPlan(ports, path, AFTER);
  if (plan === null) throw restoreInterrupted(join(path, AFTER));
  return plan;
}

function ownerOf(context: ChangeContext): ReturnType<typeof ownerContext> {
  return ownerContext(context, gatewayImage(context));
}
