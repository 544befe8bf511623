import type { ContainerSpec } from './container-spec.ts';
import type { LabContext } from './lab/lab-engine.ts';
import type { AttemptLine, Observation } from './payload/protocol.ts';

/** A file for a container: path within the volume. */
export interface LabFile {
  path: string;
  content: string | Uint8Array;
  mode: number;
  uid: number;
  gid: number;
}

/**
 * What a proof makes on the engine. Everything carries the run's labels, so that it goes away at the end of the run, and
 * with the next run when this one was killed.
 */
export interface Lab {
  /** Eight hexadecimal digits; names begin with `clawproof-proof-<id>-`. */
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Engine and ports, for what has no words here: looking at a container, setting up the canary's link. */
  readonly context: LabContext;
  /** Volume with the payload, the system call program and its setuid copy; for `ATTACK_KIT` in `layout.ts`, read-only. */
  kit(): Promise<string>;
  /** A new volume with these files; the root folder belongs to `owner`. */
  createVolume(
    purpose: string,
    files: readonly LabFile[],
    owner: { uid: number; gid: number; mode: number },
  ): Promise<string>;
  /** A new volume in memory, with options of mount(8) for a tmpfs; it is empty when no container that has it runs. */
  createMemoryVolume(purpose: string, options: string): Promise<string>;
  /** Where the engine keeps a volume of this run: for binds of single files in it. */
  volumePath(volume: string): Promise<string>;
  /** A new network; its subnet is chosen when its turn comes, so that no two of a run want the same. */
  createNetwork(
    purpose: string,
    options: LabNetwork,
  ): Promise<{ name: string; subnet: string; hostAddress?: string }>;
  /** Makes a container and joins its networks; it does not run yet. */
  create(purpose: string, spec: ContainerSpec): Promise<string>;
  start(container: string): Promise<void>;
  /** Starts a container made of `spec` with the payload as its program, hands it the attempts and gathers what happened. */
  runAttempts(
    purpose: string,
    spec: ContainerSpec,
    attempts: readonly AttemptLine[],
    onObservation?: (id: string, observation: Observation) => void,
  ): Promise<Map<string, Observation>>;
  /** The same in a container that runs already, by `docker exec`. */
  execAttempts(
    container: string,
    attempts: readonly AttemptLine[],
    options?: { user?: string; onObservation?: (id: string, observation: Observation) => void },
  ): Promise<Map<string, Observation>>;
  /** Removes one container before the end of the run. */
  remove(container: string): Promise<void>;
  /** Registers what has to be undone at the end, last one first. */
  onClose(undo: () => Promise<void>): void;
  /** Removes everything of this run; called after success, failure and abort alike. */
  close(): Promise<void>;
}

export interface LabNetwork {
  internal: boolean;
  /**
   * The block for it, by those that are taken; asked again with one more when somebody else was quicker. A small private
   * one when absent. Null = none is free.
   */
  choose?: (taken: readonly string[]) => string | null;
  options?: Record<string, string>;
}
