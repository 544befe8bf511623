import type { Observation } from './payload/protocol.ts';
import { attemptKey, type PlannedProbe } from './plan-probes.ts';
import type { Judgement, Probe } from './probe.ts';
import type { AttemptEvidence, ProbeResult } from './proof-report.ts';
import type { ProofTarget } from './proof-target.ts';

/** Longest text and list that evidence keeps of what was seen. */
const MOST_CHARACTERS = 2000;
const MOST_ITEMS = 50;
const MOST_DEPTH = 8;
const HIDDEN = '[secret]';

/** What a probe found on one target; whether its control was seen is added by others. */
export type JudgedProbe = Omit<ProbeResult, 'control' | 'finding'>;

/**
 * Judges one probe by what was seen of its attempts. An attempt that came to no end makes it an error, also where its judge
 * would not have asked for it.
 * @param secrets texts that must not be in evidence
 */
export function judgeProbe<Facts>(
  planned: PlannedProbe<Facts>,
  observations: ReadonlyMap<string, Observation>,
  target: ProofTarget,
  facts: Facts,
  secrets: readonly string[] = [],
): JudgedProbe {
  const { probe, attempts, skipped } = planned;
  const seen = new Map<string, Observation>();
  for (const { id } of attempts) {
    const observation = observations.get(attemptKey(probe.id, id));
    if (observation !== undefined) seen.set(id, observation);
  }
  const judgement = skipped === undefined ? judge() : { state: 'skipped' as const, reason: skipped };
  const hide = createHider(secrets);
  return {
    ...wordsOf(probe),
    state: judgement.state,
    observed: hide.text('observed' in judgement ? judgement.observed : judgement.reason),
    attempts: attempts.map((attempt): AttemptEvidence => ({
      id: attempt.id,
      at: attempt.at,
      run: attempt.run,
      params: hide.value(attempt.params),
      ...evidenceOf(seen.get(attempt.id), hide),
    })),
  };

  function judge(): Judgement {
    if (attempts.length === 0) return { state: 'error', reason: 'nothing was tried' };
    try {
      const judged = probe.judge(seen, target, facts);
      const open = attempts.filter(({ id }) => !seen.has(id)).map(({ id }) => id);
      if (judged.state === 'pass' && open.length > 0)
        return { state: 'error', reason: `not everything came to an end: ${open.join(', ')}` };
      return judged;
    } catch (error) {
      return { state: 'error', reason: `what was seen is not understood: ${describe(error)}` };
    }
  }
}

/** A probe that came to nothing, because its twin could not be had. */
export function untriedProbe(probe: Probe<never>, reason: string): JudgedProbe {
  return { ...wordsOf(probe), state: 'error', observed: reason, attempts: [] };
}

function wordsOf(
  probe: Probe<never>,
): Pick<JudgedProbe, 'id' | 'ring' | 'title' | 'why' | 'measures' | 'rows' | 'expected'> {
  const { id, ring, title, why, measures, rows, expects } = probe;
  return { id, ring, title, why, measures, rows, expected: expects };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function evidenceOf(
  observation: Observation | undefined,
  hide: Hider,
): Pick<AttemptEvidence, 'result' | 'error'> {
  if (observation === undefined) return { error: 'it came to no end' };
  return 'error' in observation
    ? { error: hide.text(observation.error) }
    : { result: hide.value(observation.result) };
}

interface Hider {
  text(text: string): string;
  /** A copy of JSON data without secrets, long texts and long lists cut. */
  value(value: unknown): unknown;
}

function createHider(secrets: readonly string[]): Hider {
  const hidden = secrets.filter((secret) => secret.length >= 6);
  const text = (given: string): string => {
    const clean = hidden.reduce((result, secret) => result.replaceAll(secret, HIDDEN), given);
    return clean.length > MOST_CHARACTERS ? `${clean.slice(0, MOST_CHARACTERS)}…` : clean;
  };
  const value = (given: unknown, depth = 0): unknown => {
    if (typeof given === 'string') return text(given);
    if (typeof given !== 'object' || given === null) return given;
    if (depth >= MOST_DEPTH) return '…';
    if (Array.isArray(given)) {
      const kept = given.slice(0, MOST_ITEMS).map((item) => value(item, depth + 1));
      return given.length > MOST_ITEMS ? [...kept, `… ${given.length - MOST_ITEMS} more`] : kept;
    }
    const entries = Object.entries(given);
    const shown = entries.slice(0, MOST_ITEMS).map(([key, item]) => [text(key), value(item, depth + 1)]);
    if (entries.length > MOST_ITEMS) shown.push(['…', `${entries.length - MOST_ITEMS} more`]);
    return Object.fromEntries(shown);
  };
  return { text, value };
}
