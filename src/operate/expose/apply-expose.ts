import { join } from 'node:path';
import { ensureImages } from '../../engine/images/ensure-images.ts';
import { imageEngine } from '../../engine/images/image-engine.ts';
import { ensureTailscaleImage } from '../../engine/images/tailscale-image.ts';
import { formatLock, type Lock, parseLock } from '../../engine/lock-file.ts';
import type { Policy } from '../../policy/policy.ts';
import { PATHS } from '../../render/layout.ts';
import type { ChangeContext } from '../change/change.ts';
import { applyPolicy } from '../exec-mode/apply-policy.ts';
import { planFiles, writeChanges } from '../file-plan.ts';
import { deploymentFiles, pinsFrom } from '../up/file-set.ts';

/**
 * Brings the images, the files and the containers to what a policy says. The image of the ingress is another one with HTTPS
 * than without. May be run again after a kill in its middle.
 * @returns the lock that holds now
 */
export async function applyExpose(
  context: ChangeContext,
  policy: Policy,
  step: (text: string) => void,
): Promise<Lock> {
  const { ports, path: folder, lock, engine, toolVersion } = context;
  const set = deploymentFiles(policy, pinsFrom(policy, lock, toolVersion), null);
  const contexts = set.filter(({ path }) => path.startsWith('build/'));
  await writeChanges(ports.files, folder, await planFiles(ports.files, folder, contexts, {}));
  const task = { step, result: step };
  const made = await ensureImages(ports, imageEngine(engine), policy, lock, folder, task, {
    onLock: (next) => writeLock(context, next),
  });
  await ensureTailscaleImage({ ports, engine: imageEngine(engine), task }, policy);
  await writeLock(context, made.lock);
  await applyPolicy({ ...context, lock: made.lock }, policy, step);
  return made.lock;
}

/** Puts a lock back as it was. */
export async function restoreLock(context: ChangeContext, text: string): Promise<Lock> {
  const lock = parseLock(text, PATHS.lock);
  await writeLock(context, lock);
  return lock;
}

async function writeLock({ ports, path }: ChangeContext, lock: Lock): Promise<void> {
  await ports.files.writeAtomic(join(path, PATHS.lock), formatLock(lock), { mode: 0o644 });
}
