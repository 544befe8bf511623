import { join } from 'node:path';
import {
  protectionDoesNotHold,
  protectionNeedsUp,
  protectionNotWritten,
} from '../../errors/personalize-errors.ts';
import { editPolicy } from '../../policy/edit.ts';
import { loadPolicy } from '../../policy/load.ts';
import type { Policy } from '../../policy/policy.ts';
import { type WorkspaceFile, workspaceFileText } from '../../policy/workspace-file.ts';
import { PATHS } from '../../render/layout.ts';
import type { Change, ChangeContext } from '../change/change.ts';
import { ownerContext, readOwned } from '../container-owner.ts';
import { type FileChange, planFiles, writeChanges } from '../file-plan.ts';
import { writePolicyText } from '../policy-file.ts';
import { gatewayImage } from '../state/state-volume.ts';
import { deploymentFiles, pinsFrom } from '../up/file-set.ts';
import { startContainers, waitUntilReady } from '../up/start.ts';
import { forgetUp } from '../up/unchanged.ts';
import { gatewayRuns, upContext } from './gateway-state.ts';
import { isSame, prepareWorkspace } from './prepare.ts';
import { tryToWrite } from './try-to-write.ts';

/** Texts of clawproof.yaml, which holds no secrets. */
export interface ProtectMemo {
  before: string;
  after: string;
  /** Whether the gateway ran; a stopped one stays stopped. */
  runs: boolean;
}

export const PROTECT_NAME = 'personalize protect';

/**
 * clawproof.yaml with these files read-only, or no longer. The text itself when nothing changes.
 * @throws AppError `protection-not-written`
 */
export function editReadOnly(
  text: string,
  policy: Policy,
  files: readonly WorkspaceFile[],
  isOn: boolean,
  path: string,
): string {
  const now = policy.workspace.readOnly;
  const others = now.filter((file) => !files.some((other) => isSame(file, other)));
  const added = isOn ? files.filter((file) => !now.some((other) => isSame(file, other))) : [];
  const wanted = isOn ? [...now, ...added] : others;
  if (wanted.length === now.length) return text;
  const value = wanted.length === 0 ? null : wanted.map(workspaceFileText);
  const edit = { key: 'workspace.readOnly', value };
  return editPolicy(text, [edit], path, (why) => protectionNotWritten(path, why));
}

/** Makes another clawproof.yaml valid, whose difference is in `workspace`: files, mounts, a gateway that runs with them, proof. */
export const protectChange: Change<ProtectMemo> = {
  name: PROTECT_NAME,
  commitAt: 'protected',
  steps: [
    {
      id: 'policy',
      title: PATHS.policy,
      run: async (context, { after }) => writePolicyText(context, after),
      undo: async (context, { before }) => writePolicyText(context, before),
    },
    {
      id: 'mounts',
      title: 'Gateway with the mounts',
      run: async (context, { after, runs }) => apply(context, after, runs),
      undo: async (context, { before, runs }) => apply(context, before, runs),
    },
    {
      id: 'proof',
      title: 'Attempts to write as the agent',
      run: async (context, { after, runs }, report) => {
        const files = loadPolicy(after, PATHS.policy).workspace.readOnly;
        if (!runs || files.length === 0)
          return report(runs ? 'nothing is protected' : 'not made: the gateway does not run');
        const attempts = await tryToWrite(context, files);
        const open = attempts.find(({ refused }) => !refused);
        if (open !== undefined) throw protectionDoesNotHold(`${open.attempt} ${open.path}: ${open.answer}`);
        report(`${attempts.length} refused`);
      },
    },
    { id: 'protected', title: 'Done', run: async () => undefined },
  ],
};

/** @throws AppError `protection-needs-up` where more than the workspace is waiting to be applied */
export async function protectMemo(context: ChangeContext, after: string): Promise<ProtectMemo> {
  const { policy, policyText } = context;
  const waiting = await waitingFiles(context, policy);
  if (waiting.length > 0) throw protectionNeedsUp(waiting.map(({ file }) => file.path));
  return { before: policyText, after, runs: await gatewayRuns(context) };
}

/** Files of the folder that are not as this policy wants them; openclaw.json, which knows nothing of the workspace, is none. */
async function waitingFiles(context: ChangeContext, policy: Policy): Promise<FileChange[]> {
  const { ports, path: folder, lock, toolVersion } = context;
  const config = await readOwned(ownerContext(context, gatewayImage(context)), folder, PATHS.openclawConfig);
  const set = deploymentFiles(policy, pinsFrom(policy, lock, toolVersion), config);
  const changes = await planFiles(ports.files, folder, set, { [PATHS.openclawConfig]: config });
  return changes.filter(({ file }) => file.owner === 'user');
}

async function apply(context: ChangeContext, policyText: string, runs: boolean): Promise<void> {
  const { ports, path: folder, docker } = context;
  const policy = loadPolicy(policyText, join(folder, PATHS.policy));
  const image = gatewayImage(context);
  const up = upContext(context, policy);
  await forgetUp(up);
  // What goes back into the state must be there before a gateway without the mount reads it.
  await prepareWorkspace({ docker, policy, image, files: ports.files, folder });
  await writeChanges(ports.files, folder, await waitingFiles(context, policy));
  if (!runs) return;
  const task = { step: () => undefined, result: () => undefined };
  await startContainers(up, task);
  await waitUntilReady(up, task);
}
