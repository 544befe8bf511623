import type { ProbeResult, ProofSummary, RingResult } from './proof-report.ts';

/**
 * Counts what was found. `incomplete` wins over nothing but `holds`: a broken protection is known also where something
 * else could not be looked at. A probe whose control was missed proves nothing, so it makes a proof incomplete.
 */
export function summarizeProof(
  probes: readonly ProbeResult[],
  rings: readonly Pick<RingResult, 'state'>[],
): ProofSummary {
  const count = (state: ProbeResult['state']): number =>
    probes.filter((probe) => probe.state === state).length;
  const controls = (...states: ProbeResult['control']['state'][]): number =>
    probes.filter(({ control }) => states.includes(control.state)).length;
  const counted = {
    pass: count('pass'),
    fail: count('fail'),
    skipped: count('skipped'),
    error: count('error'),
  };
  const missed = probes.some(
    ({ state, control }) => state === 'pass' && ['missed', 'error'].includes(control.state),
  );
  const isIncomplete =
    counted.error > 0 || missed || rings.some(({ state }) => state === 'error') || counted.pass === 0;
  return {
    verdict: counted.fail > 0 ? 'broken' : isIncomplete ? 'incomplete' : 'holds',
    ...counted,
    controls: {
      seen: controls('seen', 'target'),
      missed: controls('missed', 'error'),
      notRun: controls('not-run', 'skipped'),
    },
  };
}
