import type { Observation } from '../payload/protocol.ts';
import type { Judgement, Probe } from '../probe.ts';
import type { ProofTarget } from '../proof-target.ts';
import { twinFixture } from './twin-fixture.ts';

/** A hardened target, with other settings of its gateway or of the engine. */
export function proofTarget(
  gateway: Partial<ProofTarget['gateway']> = {},
  engine: Partial<ProofTarget['engine']> = {},
): ProofTarget {
  const { target } = twinFixture();
  return {
    ...target,
    gateway: { ...target.gateway, ...gateway },
    engine: { ...target.engine, ...engine },
  };
}

/** What a probe means of results, by the id of the attempt. */
export function judged(
  probe: Probe,
  results: Readonly<Record<string, unknown>>,
  target: ProofTarget = proofTarget(),
): Judgement {
  const seen = new Map(
    Object.entries(results).map(([id, result]): [string, Observation] => [id, { result }]),
  );
  return probe.judge(seen, target, undefined);
}
