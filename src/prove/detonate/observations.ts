import type { HostileTurn } from '../payload/hostile/script.ts';
import type { SeenProcess } from '../payload/detonation/processes.ts';
import type { SinkSeen } from '../payload/detonation/record.ts';
import type { FileHead, Snapshot } from '../payload/detonation/snapshot.ts';
import type { Bait } from './baits.ts';
import type { SkillFile, UseStep } from './detonation.ts';
import type { SkillManifest } from './skill-manifest.ts';

/** All that one detonation gave, before anybody judged it. */
export interface Observations {
  files: readonly SkillFile[];
  manifest: SkillManifest;
  steps: readonly UseStep[];
  baits: readonly Bait[];
  turn: HostileTurn;
  /** What is not part of the steps, in words. */
  notTried: readonly string[];
  /** Just before the turn, by the canary's clock: what the twin says of its own is not believed. */
  from: number;
  /** What the canary had refused by then. */
  refusedBefore: number;
  sink: SinkSeen;
  before: Snapshot;
  after: Snapshot;
  /** Of what is new or different. */
  heads: Readonly<Record<string, FileHead>>;
  /** True when the host notes who was read. */
  showsReads: boolean;
  processes: readonly SeenProcess[];
  /** How many more there were than can be noted. */
  unseenProcesses: number;
  /** Numbers of the downloads that were run. */
  ran: readonly number[];
}
