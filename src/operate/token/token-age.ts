import { noToken } from '../../errors/token-errors.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Clock } from '../../ports/system.ts';
import { readFolder } from '../folder.ts';
import { readTokenAge, type TokenAge } from './token-record.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The age of a token, measured by the policy. */
export interface AgeVerdict extends TokenAge {
  /** Whole days. */
  days: number;
  maxDays: number;
  tooOld: boolean;
}

/**
 * How old the token of a deployment is; needs no engine.
 * @throws AppError `no-token`
 */
export async function tokenAge(ports: Pick<Ports, 'files' | 'clock'>, folder: string): Promise<AgeVerdict> {
  const { policy } = await readFolder(ports, folder);
  const verdict = await ageVerdict(ports, folder, policy);
  if (verdict === null) throw noToken(folder);
  return verdict;
}

/** As `tokenAge`, for a policy that was read already; null when there is no token. */
export async function ageVerdict(
  { files, clock }: Pick<Ports, 'files' | 'clock'>,
  folder: string,
  policy: Policy,
): Promise<AgeVerdict | null> {
  const age = await readTokenAge(files, folder);
  return age === null ? null : judgeAge(age, policy, clock);
}

/** A token is too old from the moment on at which it is older than the policy's days. */
export function judgeAge(age: TokenAge, policy: Policy, clock: Pick<Clock, 'now'>): AgeVerdict {
  const maxDays = policy.access.tokenMaxAgeDays;
  // A clock that was set back makes no token younger than new.
  const ms = Math.max(0, clock.now().getTime() - age.madeAt.getTime());
  return { ...age, days: Math.floor(ms / DAY_MS), maxDays, tooOld: ms > maxDays * DAY_MS };
}
