import { tokenLocked, tokenUnknownToGateway } from '../../errors/token-errors.ts';
import { notRunning } from '../../errors/operate-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Change, ChangeContext, ChangeStep } from '../change/change.ts';
import { type ChangeRequest, type ChangeTools, runChange } from '../change/run-change.ts';
import { type PairedDevices, pairedDevices } from '../../openclaw/paired-devices.ts';
import { askPatiently } from './ask-gateway.ts';
import { callGateway } from './call-gateway.ts';
import { currentToken } from './current-token.ts';
import { rotationSteps } from './rotation-steps.ts';
import { isRunning } from './take-token.ts';

export interface RotationMemo {
  /** What becomes of the paired devices; null when the gateway could not be asked for them. */
  devices: PairedDevices | null;
}

const { make, put, take, prove, finish } = rotationSteps<RotationMemo>();

/** A gateway that has no answer is no reason to take a proved token back. */
const listDevices: ChangeStep<RotationMemo> = {
  id: 'paired-devices',
  title: 'Paired devices',
  run: async (context, _, report) => {
    const answer = await callGateway(context, await currentToken(context), 'device.pair.list');
    const devices = answer.ok ? pairedDevices(answer.value) : null;
    if (devices !== null) report(`${devices.kept.length} keep working, ${devices.lost.length} do not`);
    return { devices };
  },
};

/** Until the proof is made, everything leads back to the old token; from `finish` on, the new one is the valid one. */
export const tokenRotation: Change<RotationMemo> = {
  name: 'token rotate',
  steps: [make, put, take, prove, listDevices, finish],
  commitAt: finish.id,
};

const ANSWER_SECONDS = 30;

/**
 * Gives a running deployment another token and proves that only that one works.
 * @throws AppError `no-token`, `not-running`, `token-locked`, `token-unknown-to-gateway` before anything is changed; those of
 *   `runChange` and of the steps, after which the old token works
 */
export async function rotateToken(
  ports: Ports,
  request: ChangeRequest,
  tools?: ChangeTools,
): Promise<RotationMemo> {
  return runChange(ports, request, tokenRotation, begin, tools);
}

async function begin(context: ChangeContext): Promise<RotationMemo> {
  const token = await currentToken(context);
  if (!(await isRunning(context))) throw notRunning('gateway');
  const answer = await askPatiently(context, token, ANSWER_SECONDS);
  if (answer === 'silent') throw notRunning('gateway');
  if (answer === 'locked') throw tokenLocked();
  if (answer === 'refused') throw tokenUnknownToGateway();
  return { devices: null };
}
