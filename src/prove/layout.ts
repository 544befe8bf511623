/** Names that the parts of a proof agree on. */

/** Every container, network and volume of a proof is called so, with the run's id and what it is for. */
export const NAME_PREFIX = 'clawproof-proof';

export const PROOF_LABELS = {
  /** Id of the run. */
  proof: 'dev.clawproof.proof',
  /** Process that runs it: `<host>:<pid>:<start>`. */
  owner: 'dev.clawproof.proof.owner',
} as const;

/** Where the kit's volume is in containers; read-only. */
export const ATTACK_KIT = '/clawproof-kit';

/** Programs in the kit. */
export const KIT = {
  payload: `${ATTACK_KIT}/payload.cjs`,
  canary: `${ATTACK_KIT}/canary.cjs`,
  sink: `${ATTACK_KIT}/sink.cjs`,
  standIn: `${ATTACK_KIT}/stand-in.cjs`,
  /** Makes system calls that Node cannot make. */
  syscall: `${ATTACK_KIT}/syscall`,
  /** Tells as whom it runs; belongs to root and has the setuid bit. */
  setuid: `${ATTACK_KIT}/identity-setuid`,
} as const;

/** How the image's Node runs a program of the kit. */
export function nodeCommand(script: string): string[] {
  return ['node', script];
}

/** Id of an observation that is no attempt: how the container ended before all attempts had. See `ContainerEnd`. */
export const CONTAINER_END = 'container-end';

/** Result of the observation `CONTAINER_END`. */
export interface ContainerEnd {
  exitCode: number;
  oomKilled: boolean;
}
