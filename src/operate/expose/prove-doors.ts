import type { OnLine } from '../../engine/compose.ts';
import type { Lock } from '../../engine/lock-file.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Check } from '../up/types.ts';
import { type DoorContext, proveClosedDoor, provePublished } from './prove-door.ts';
import { proveTailnet } from './prove-tailnet.ts';

/**
 * Attacks the ways in for other machines that a policy has, as far as that can be done while they are shut. The services of
 * the deployment have to run.
 * @throws AppError `certificate-not-issued`, `door-not-tried`
 */
export function attackShut(
  context: DoorContext,
  policy: Policy,
  lock: Lock,
  onLine: OnLine,
): Promise<Check[]> {
  return proveClosedDoor(context, policy, lock, onLine);
}

/**
 * Opens them, and makes the attempts that need them open. A tailnet can only be tried from within.
 * @throws AppError `tailscale-not-joined`, `door-not-tried`
 */
export async function openAndLook(
  context: DoorContext,
  policy: Policy,
  lock: Lock,
  onLine: OnLine,
): Promise<Check[]> {
  await context.compose.up({ onLine });
  return [...(await provePublished(context, policy, lock)), ...(await proveTailnet(context, policy, lock))];
}

/** True for what must not stay open. */
export function isBad({ state }: Check): boolean {
  return state === 'fail' || state === 'error';
}
