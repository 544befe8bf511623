import type { Ports } from '../../ports/ports.ts';
import type { TaskHandle } from '../../ports/terminal.ts';
import type { Session } from '../session.ts';

/** What the steps of a change work with. */
export interface ChangeContext extends Session {
  ports: Ports;
  /** clawproof's own version. */
  toolVersion: string;
}

/**
 * One step. It is written to the journal before it begins. Both functions may be run again after a kill in their middle,
 * so each must come to the same end whether its work was not begun, half done or done.
 */
export interface ChangeStep<Memo> {
  /** Short and unique in its change, e.g. "new-token"; stands in the journal. */
  id: string;
  /** What a person reads while it runs: "Gateway takes the new token". */
  title: string;
  /** Gives what has to be remembered from now on; nothing = as before. `task` shows what a long step is at. */
  run(
    context: ChangeContext,
    memo: Memo,
    report: (text: string) => void,
    task?: TaskHandle,
  ): Promise<Memo | void>;
  /** Takes the step back; absent where it changes nothing that has to be. */
  undo?(context: ChangeContext, memo: Memo): Promise<void>;
}

/**
 * A change of a deployment that is either made whole or not made, whatever interrupts it. Before `commitAt` an error, an
 * interruption or a kill takes everything back; from its beginning on, everything is completed.
 * `Memo` is what the steps have to know of each other; it is written to a file and never holds a secret.
 */
export interface Change<Memo> {
  /** The command: "token rotate". */
  name: string;
  steps: readonly ChangeStep<Memo>[];
  /** Id of the step with which the new state is the valid one. */
  commitAt: string;
}

/** What is on disk of a change that has begun and not ended. */
export interface OpenChange {
  schema: 1;
  name: string;
  since: string;
  /** Ids of the steps that were begun, in their order. */
  begun: string[];
  memo: unknown;
}
