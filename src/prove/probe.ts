import type { ProofTarget } from './proof-target.ts';
import type { Observation } from './payload/protocol.ts';

/** What is attacked: the container, its network, the gateway that runs in it, the agent that the gateway runs. */
export type Ring = 'container' | 'network' | 'gateway' | 'agent';

export const RINGS: readonly Ring[] = ['container', 'network', 'gateway', 'agent'];

/**
 * Where an attempt is made.
 * cell = a container like the gateway's, on the networks of the target, that runs the attempts in place of OpenClaw;
 * outside = the canary's own network namespace, which is to this host what the internet is;
 * host = the network namespace of the engine's host; neighbour = another container on the target's networks;
 * stack = inside the twin in which OpenClaw runs; egress = a container beside the twin of egress, with its proxy in reach;
 * model = tool calls that the hostile model asks the agent for; engine = what the engine tells whoever may use it.
 */
export type Place = 'cell' | 'outside' | 'host' | 'neighbour' | 'stack' | 'egress' | 'model' | 'engine';

/** One thing that is tried. Benign: it tries, notes what happened and stops. */
export interface Attempt {
  /** Unique within its probe. */
  id: string;
  at: Place;
  /** Name of a function of the payload, of a tool for `model`, of a look for `engine`. */
  run: string;
  /** JSON. Never a secret of the target; secrets of the twin are allowed, and left out of evidence. */
  params: Readonly<Record<string, unknown>>;
  /** True for what may end the process that tries it: it gets a container of its own. */
  alone?: boolean;
  /** Milliseconds; 10 000 when absent. */
  timeoutMs?: number;
}

/** What happened, by the id of the attempt; one that never came to an end is missing. */
export type Seen = ReadonlyMap<string, Observation>;

/** What a probe's observations mean. `error` and `skipped` are never a pass. */
export type Judgement =
  | { state: 'pass'; observed: string }
  | {
      state: 'fail';
      /** One sentence: what the attacker reached. */
      observed: string;
      /** Who has to mend it, where it is not the first of the probe's measures. */
      measure?: string;
    }
  | { state: 'skipped'; reason: string }
  | { state: 'error'; reason: string };

/**
 * One attack with what it means: data and pure functions. `Facts` is what its ring knows before it begins (addresses of
 * the canary, ports on which the host listens, the twin's own token).
 */
export interface Probe<Facts = unknown> {
  /** Permanent kebab-case name, unique among all rings. */
  id: string;
  ring: Ring;
  /** The protection, as a statement that is true when the attack fails: "No file outside the writable set can be written". */
  title: string;
  /** One sentence: what an attacker has from it when it does not hold. */
  why: string;
  /** Measures that protect, the first is the one whose line is to be changed. Ids of src/measures. May be empty. */
  measures: readonly string[];
  /**
   * Keys of the findings that say the same, where a measure has several on one service ("pids" of resource-limits), the
   * fitting one first. Absent = any finding of the measures.
   */
  findingKeys?: readonly string[];
  /** Rows of the source documents. */
  rows: readonly string[];
  /** What must be seen, as words of the evidence: "each write is refused". */
  expects: string;
  /**
   * Variants of the twin in which the attack must succeed; the first is the probe's negative control. See `Variant`.
   */
  weakenedBy: readonly [string, ...string[]];
  /** Pure. Nothing to try = why it is skipped: "the image has no Node", "this kernel has no IPv6". */
  attempts(target: ProofTarget, facts: Facts): readonly Attempt[] | { skipped: string };
  /** Pure. */
  judge(seen: Seen, target: ProofTarget, facts: Facts): Judgement;
}
