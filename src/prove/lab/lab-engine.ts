import type { EngineConnection } from '../../ports/engine-api.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ProofEngine } from '../proof-target.ts';

export type LabPorts = Pick<Ports, 'exec' | 'files' | 'system' | 'clock' | 'random' | 'signal'>;

/** The engine on which a proof is made. */
export interface LabEngine {
  /** The docker program. */
  program: string;
  connection: EngineConnection;
  /** Any image that the engine has: for containers through which volumes are filled. Nothing of it runs. */
  image: string;
  arch: ProofEngine['arch'];
}

/** What the parts of one lab share. */
export interface LabContext {
  ports: LabPorts;
  engine: LabEngine;
  id: string;
  labels: Readonly<Record<string, string>>;
  /** A name that nothing of this run has yet. */
  nameOf: (purpose: string) => string;
  /**
   * Changes something on the engine. Waits for the answer even when the run is aborted meanwhile: what is half made when
   * `close` looks for things to remove would stay.
   * @throws the signal's reason when the run was aborted before
   */
  change: <T>(work: () => Promise<T>) => Promise<T>;
}
