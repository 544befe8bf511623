import type { JudgedProbe } from '../judge-probe.ts';
import type { Lab } from '../lab.ts';
import type { Probe, Ring } from '../probe.ts';
import type { TwinSpec, Variant } from '../proof-target.ts';
import type { Cells } from '../twin/cells.ts';

/** What the proof needs to know of a probe without running it. */
export type ProbeListing = Pick<
  Probe,
  'id' | 'ring' | 'title' | 'why' | 'measures' | 'findingKeys' | 'rows' | 'expects' | 'weakenedBy'
>;

/** What all rings of one proof share. */
export interface Bench {
  lab: Lab;
  cells: Cells;
}

/** Rings that are attacked on the same twins. */
export interface RingGroup {
  rings: readonly Ring[];
  probes: readonly ProbeListing[];
  variants: readonly Variant[];
  /** Weakened twins side by side. */
  weakAtOnce: number;
  /** True when a twin of one specification can become that of the other while it runs. Absent = none can. Pure. */
  canFollow?: (one: TwinSpec, other: TwinSpec) => boolean;
  /**
   * Makes the twins of one specification, tries the probes with these ids, and removes the twins.
   * @throws AppError when there can be no twin, or the engine fails
   */
  run(bench: Bench, spec: TwinSpec, probes: ReadonlySet<string>, events: GroupEvents): Promise<GroupRun>;
}

export interface GroupEvents {
  /** What is done now, for people: "starting the gateway's twin", "31 of 80 attacks". */
  step: (text: string) => void;
}

export interface GroupRun {
  /** In the order of the probes. */
  judged: JudgedProbe[];
  /** Milliseconds from the first twin of a ring to its last judgement. */
  durations: Partial<Record<Ring, number>>;
}
