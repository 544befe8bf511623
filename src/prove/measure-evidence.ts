import type { Deployment } from '../deployment/deployment.ts';
import type { Measure } from '../measures/measure.ts';
import { type MeasureResult, runMeasures } from '../measures/run.ts';
import type { JudgedProbe } from './judge-probe.ts';
import type { EvidenceState, MeasureEvidence, ProbeState } from './proof-report.ts';

const WORST_FIRST: readonly ProbeState[] = ['fail', 'error', 'skipped', 'pass'];
const NOT_LOOKED: EvidenceState = { state: 'not-looked' };

/**
 * What files declare, what the engine applied and what attacks showed, side by side; one line for each measure that a
 * probe names, in the order of the measures.
 * @param deployment what runs; `declared` in it is what its files say, undefined when they were not read
 */
export function measureEvidence(
  measures: readonly Measure[],
  deployment: Deployment,
  probes: readonly JudgedProbe[],
): MeasureEvidence[] {
  const named = measures.filter(({ id }) => probes.some((probe) => probe.measures.includes(id)));
  const effective = runMeasures(named, deployment);
  const declared = deployment.declared && runMeasures(named, deployment.declared);
  return named.map(({ id, title }, index): MeasureEvidence => {
    const states = {
      declared: fromMeasure(declared?.[index]),
      effective: fromMeasure(effective[index]),
      proven: fromProbes(probes.filter((probe) => probe.measures[0] === id)),
    };
    const isSaid = states.declared.state === 'pass' || states.effective.state === 'pass';
    return { measure: id, title, ...states, isBroken: isSaid && states.proven.state === 'fail' };
  });
}

function fromMeasure(result: MeasureResult | undefined): EvidenceState {
  if (result === undefined) return NOT_LOOKED;
  const cause = result.outcomes.find(({ state }) => state === result.state);
  const detail = cause && ('reason' in cause ? cause.reason : cause.detail);
  return { state: result.state, ...(detail === undefined ? {} : { detail }) };
}

/** A protection is proved when no attack on it succeeded and at least one was tried to its end. */
function fromProbes(probes: readonly JudgedProbe[]): EvidenceState {
  const tried = probes.filter(({ state }) => state !== 'skipped');
  const considered = tried.length > 0 ? tried : probes;
  const state = WORST_FIRST.find((candidate) => considered.some((probe) => probe.state === candidate));
  if (state === undefined) return NOT_LOOKED;
  const cause = considered.find((probe) => probe.state === state);
  return { state, ...(cause && state !== 'pass' ? { detail: cause.observed } : {}) };
}
