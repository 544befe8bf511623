import type { Lock } from '../../engine/lock-file.ts';
import { residualRisks } from './residual-risks.ts';
import type { UpContext, UpResult } from './types.ts';

/** A result in which nothing has been done and looked at yet. `began` in milliseconds of the monotonic clock. */
export function emptyResult(
  context: Pick<UpContext, 'ports' | 'folder' | 'policy' | 'engine'>,
  lock: Lock,
  began: number,
): UpResult {
  return {
    state: 'up',
    folder: context.folder,
    policy: context.policy,
    url: `http://127.0.0.1:${context.policy.access.port}/`,
    lock,
    changedFiles: [],
    diff: '',
    built: [],
    pulled: [],
    notes: [],
    declared: [],
    effective: [],
    checks: [],
    openclaw: null,
    residual: residualRisks(context.policy, context.engine),
    token: null,
    missing: [],
    seconds: (context.ports.clock.monotonicMs() - began) / 1000,
  };
}
