import type { AttemptLine } from './payload/protocol.ts';
import type { Attempt, Place, Probe } from './probe.ts';
import type { ProofTarget } from './proof-target.ts';

const DEFAULT_TIMEOUT_MS = 10_000;

/** A probe with what is to be tried for it on one target. */
export interface PlannedProbe<Facts> {
  probe: Probe<Facts>;
  attempts: readonly Attempt[];
  /** Why nothing is tried; `attempts` is empty then. */
  skipped?: string;
}

/** Asks each probe what it wants to try. Pure. */
export function planProbes<Facts>(
  probes: readonly Probe<Facts>[],
  target: ProofTarget,
  facts: Facts,
): PlannedProbe<Facts>[] {
  return probes.map((probe) => {
    const planned = probe.attempts(target, facts);
    return 'skipped' in planned
      ? { probe, attempts: [], skipped: planned.skipped }
      : { probe, attempts: planned };
  });
}

/** Name under which an attempt's observation comes back. */
export function attemptKey(probe: string, attempt: string): string {
  return `${probe}/${attempt}`;
}

/** An attempt as the payload gets it. */
export function attemptLine(probe: Pick<Probe, 'id'>, attempt: Attempt): AttemptLine {
  const { id, run, params, timeoutMs = DEFAULT_TIMEOUT_MS } = attempt;
  return { id: attemptKey(probe.id, id), run, params, timeoutMs };
}

/** The attempts for one place: those that share a container, and those that need one of their own. */
export function attemptLines(
  planned: readonly PlannedProbe<never>[],
  place: Place,
): { shared: AttemptLine[]; alone: AttemptLine[] } {
  const shared: AttemptLine[] = [];
  const alone: AttemptLine[] = [];
  for (const { probe, attempts } of planned)
    for (const attempt of attempts)
      if (attempt.at === place) (attempt.alone === true ? alone : shared).push(attemptLine(probe, attempt));
  return { shared, alone };
}
