import type { Lock } from '../../engine/lock-file.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Check } from '../up/types.ts';
import { type DoorContext, proveDoor } from './prove-door.ts';
import { proveTailnet } from './prove-tailnet.ts';

/**
 * Attacks every way in for other machines that a policy has.
 * @throws AppError `certificate-not-issued`, `tailscale-not-joined`, `door-not-tried`
 */
export async function proveDoors(context: DoorContext, policy: Policy, lock: Lock): Promise<Check[]> {
  return [...(await proveDoor(context, policy, lock)), ...(await proveTailnet(context, policy, lock))];
}
