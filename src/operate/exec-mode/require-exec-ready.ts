import { execNotAccepted } from '../../errors/exec-errors.ts';
import { type Acceptance, daysLeft } from '../../policy/acceptance.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Ports } from '../../ports/ports.ts';
import { requireScripts } from './scripts-folder.ts';

/** What is to be said about the mode; null = nothing. A sentence without its full stop. */
export function execWarning({ exec: { mode, accepted } }: Pick<Policy, 'exec'>, now: Date): string | null {
  if (mode !== 'full') return null;
  if (accepted === null) return 'The agent runs every command, and nobody has accepted that';
  if (daysLeft(accepted, now) > 0) return null;
  return `The agent runs every command; ${accepted.by} accepted that until ${accepted.until}, which is over`;
}

/** The acceptance that holds now. */
export function acceptanceNow({ exec }: Pick<Policy, 'exec'>, now: Date): Acceptance | null {
  return exec.accepted !== null && daysLeft(exec.accepted, now) > 0 ? exec.accepted : null;
}

/**
 * Refuses to start with a mode that nobody stands for, or with scripts that are not there.
 * @throws AppError `exec-not-accepted`, `scripts-wrong`
 */
export async function requireExecReady(
  { files, clock }: Pick<Ports, 'files' | 'clock'>,
  { path, policy }: { path: string; policy: Policy },
): Promise<void> {
  if (policy.exec.mode === 'full' && acceptanceNow(policy, clock.now()) === null)
    throw execNotAccepted(policy.exec.accepted);
  await requireScripts(files, path, policy);
}
