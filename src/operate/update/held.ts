import { lockedReference } from '../../engine/images/reference.ts';
import type { Lock } from '../../engine/lock-file.ts';
import { updateWeakens } from '../../errors/update-errors.ts';
import type { MeasureResult } from '../../measures/run.ts';
import type { Policy } from '../../policy/policy.ts';
import { PATHS } from '../../render/layout.ts';
import type { ChangeContext } from '../change/change.ts';
import { ownerContext, readOwned } from '../container-owner.ts';
import { readFolder } from '../folder.ts';
import { runChecks } from '../up/checks.ts';
import { declaredMeasures, effectiveMeasures } from '../up/evidence.ts';
import { deploymentFiles, pinsFrom } from '../up/file-set.ts';
import type { UpContext } from '../up/types.ts';

/** All that can be looked at of a deployment in a moment, by name: "declared:ID", "effective:ID", "check:ID". */
async function looked(context: UpContext): Promise<Map<string, MeasureResult['state']>> {
  const { ports, folder, toolVersion } = context;
  const { policy, lock } = await readFolder(ports, folder);
  const { gateway } = lock.images;
  const image = gateway === null ? '' : lockedReference(gateway);
  const config = await readOwned(ownerContext(context, image), folder, PATHS.openclawConfig);
  const set = deploymentFiles(policy, pinsFrom(policy, lock, toolVersion), config);
  const declared = await declaredMeasures(ports.files, folder, policy, set);
  const effective = await effectiveMeasures(context, set);
  const checks = await runChecks(context, image);
  return new Map([
    ...declared.map(({ id, state }) => [`declared:${id}`, state] as const),
    ...effective.map(({ id, state }) => [`effective:${id}`, state] as const),
    ...checks.map(({ id, state }) => [`check:${id}`, state] as const),
  ]);
}

/** Names of what holds now, to be compared after a change. */
export async function heldNow(context: UpContext): Promise<string[]> {
  return [...(await looked(context))].filter(([, state]) => state === 'pass').map(([name]) => name);
}

/**
 * Looks again: what held must still hold, and the gateway must take the token and nothing else.
 * @returns one line that says what was found
 * @throws AppError `update-weakens`
 */
export async function requireHeld(
  context: UpContext,
  version: string,
  held: readonly string[],
): Promise<string> {
  const now = await looked(context);
  const always = ['check:auth-none', 'check:auth-wrong', 'check:auth-right'];
  const lost = [...new Set([...always, ...held])].filter((name) => {
    const state = now.get(name);
    return state === 'fail' || (state === 'error' && always.includes(name));
  });
  if (lost.length > 0) throw updateWeakens(version, lost);
  return `${[...now.values()].filter((state) => state === 'pass').length} hold, none was lost`;
}

/**
 * Looks at files that are not in use yet, so that a running gateway is not stopped for a version that loses a protection by
 * what its files ask for.
 * @throws AppError `update-weakens`
 */
export async function requireDeclared(
  { ports, path, toolVersion }: Pick<ChangeContext, 'ports' | 'path' | 'toolVersion'>,
  { policy, lock, config }: { policy: Policy; lock: Lock; config: string },
  held: readonly string[],
): Promise<void> {
  const set = deploymentFiles(policy, pinsFrom(policy, lock, toolVersion), config);
  const declared = await declaredMeasures(ports.files, path, policy, set);
  const lost = declared
    .filter(({ state }) => state === 'fail')
    .map(({ id }) => `declared:${id}`)
    .filter((name) => held.includes(name));
  if (lost.length > 0) throw updateWeakens(policy.openclaw.version, lost);
}
