import { execUpFirst } from '../../errors/exec-errors.ts';
import type { Policy } from '../../policy/policy.ts';
import { PATHS } from '../../render/layout.ts';
import type { ChangeContext } from '../change/change.ts';
import { ownerContext, readOwned, writeOwned } from '../container-owner.ts';
import { type FileChange, planFiles, writeChanges } from '../file-plan.ts';
import { deploymentFiles, pinsFrom } from '../up/file-set.ts';
import { validateConfig } from '../up/openclaw-checks.ts';
import { startContainers, waitUntilReady } from '../up/start.ts';
import type { UpContext } from '../up/types.ts';
import { ensureScriptsFolder } from './scripts-folder.ts';

/** What would be written so that the folder follows from this policy; nothing = it does. */
async function planPolicy(context: ChangeContext, policy: Policy): Promise<FileChange[]> {
  const pins = pinsFrom(policy, context.lock, context.toolVersion);
  const owner = ownerContext(context, pins.images.gateway);
  const config = await readOwned(owner, context.path, PATHS.openclawConfig);
  const set = deploymentFiles(policy, pins, config);
  return planFiles(context.ports.files, context.path, set, { [PATHS.openclawConfig]: config });
}

/**
 * Refuses when something else waits for an `up`: a change of the mode must not bring it up on the side.
 * @throws AppError `exec-up-first`
 */
export async function requireNothingPending(context: ChangeContext): Promise<void> {
  const pending = await planPolicy(context, context.policy);
  if (pending.length > 0) throw execUpFirst(pending.map(({ file }) => file.path));
}

/**
 * Writes the files that follow from a policy and makes the gateway take them: it is started anew when they differ from what
 * it has. May be run again after a kill in its middle.
 * @throws AppError `config-rejected`, `gateway-not-ready`
 */
export async function applyPolicy(
  context: ChangeContext,
  policy: Policy,
  step: (text: string) => void,
): Promise<void> {
  const { ports, path: folder, toolVersion, engine, docker, compose } = context;
  const up: UpContext = { ports, folder, policy, engine, docker, compose, toolVersion };
  if (policy.exec.mode === 'allowlist') await ensureScriptsFolder(ports.files, folder);
  const image = pinsFrom(policy, context.lock, toolVersion).images.gateway;
  const changes = await planPolicy(context, policy);
  const isOwned = ({ file }: FileChange): boolean => file.owner === 'container';
  for (const { file } of changes.filter(isOwned))
    await writeOwned(ownerContext(context, image), folder, file);
  await writeChanges(
    ports.files,
    folder,
    changes.filter((change) => !isOwned(change)),
  );
  if (changes.some(isOwned)) await validateConfig(up, image);
  const task = { step, result: step };
  await startContainers(up, task);
  await waitUntilReady(up, task);
}
