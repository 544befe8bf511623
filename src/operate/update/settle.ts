import type { Lock } from '../../engine/lock-file.ts';
import type { Policy } from '../../policy/policy.ts';
import type { ChangeContext } from '../change/change.ts';
import { ownerContext } from '../container-owner.ts';
import { restoreSettings } from '../restore-settings.ts';
import { gatewayImage } from '../state/state-volume.ts';
import { pinsFrom } from '../up/file-set.ts';

/** Puts clawproof's own settings back where OpenClaw's doctor touched them. */
export async function settle(context: ChangeContext, policy: Policy, lock: Lock): Promise<void> {
  const owner = ownerContext(context, gatewayImage({ lock, path: context.path }));
  await restoreSettings(owner, context.path, policy, pinsFrom(policy, lock, '').cageSubnet);
}
