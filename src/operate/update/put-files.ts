import { join } from 'node:path';
import { formatLock, type Lock } from '../../engine/lock-file.ts';
import type { FileSet } from '../../render/file-set.ts';
import { PATHS } from '../../render/layout.ts';
import type { ChangeContext } from '../change/change.ts';
import { ownerContext, writeOwned } from '../container-owner.ts';
import { writeChanges } from '../file-plan.ts';
import { writeGatewayConfig } from '../gateway-config-file.ts';
import { gatewayImage } from '../state/state-volume.ts';
import { textOf } from './new-files.ts';

/** A deployment's folder as another version of OpenClaw finds it. */
export interface VersionFiles {
  set: FileSet;
  lock: Lock;
  policyText: string;
}

/** Writes all of them, each in one step. */
export async function putFiles(
  context: ChangeContext,
  { set, lock, policyText }: VersionFiles,
): Promise<void> {
  const { ports, path: folder } = context;
  const plain = set.filter(({ owner }) => owner === 'user');
  await writeChanges(
    ports.files,
    folder,
    plain.map((file) => ({ file, before: null })),
  );
  const owner = ownerContext(context, gatewayImage({ lock, path: folder }));
  for (const file of set.filter((each) => each.owner === 'container' && each.path !== PATHS.openclawConfig))
    await writeOwned(owner, folder, file);
  await writeGatewayConfig(owner, folder, textOf(set, PATHS.openclawConfig));
  await ports.files.writeAtomic(join(folder, PATHS.lock), formatLock(lock), { mode: 0o644 });
  await ports.files.writeAtomic(join(folder, PATHS.policy), policyText, { mode: 0o644 });
}
