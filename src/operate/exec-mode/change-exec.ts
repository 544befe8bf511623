import { loadPolicy } from '../../policy/load.ts';
import type { Ports } from '../../ports/ports.ts';
import { PATHS } from '../../render/layout.ts';
import { type ChangeRequest, runChange } from '../change/run-change.ts';
import { beginExecChange, type ExecRequest } from './begin-change.ts';
import { type ExecMemo, execChange, type ProveAgent, REMOVED } from './exec-change.ts';
import { type ExecStatus, readExecStatus } from './exec-status.ts';

export interface ExecResult extends ExecStatus {
  /** False when all was as wanted already. */
  changed: boolean;
  /** Absent when there was none. */
  proof?: NonNullable<ExecMemo['proof']>;
  /** Where the script is that was removed, relative to the folder. */
  kept?: string;
  /** True when no gateway runs, so that it holds from the next `up` on. */
  isStopped: boolean;
  /** True when the change is of what the agent may run, and the user wanted no proof of it. */
  isUnproved: boolean;
}

/**
 * Changes what the agent may run, and proves it.
 * @param prove undefined = the user wants no proof
 * @throws AppError; then all is as it was, unless it says something else
 */
export async function changeExec(
  ports: Ports,
  request: ChangeRequest,
  wanted: ExecRequest,
  prove: ProveAgent | undefined,
): Promise<ExecResult> {
  let isWanted = false;
  const change = execChange(prove ?? (() => Promise.reject(new TypeError('no proof was wanted'))));
  const memo = await runChange(ports, request, change, async (context) => {
    const begun = await beginExecChange(context, wanted);
    isWanted = begun.isProved;
    return { ...begun, isProved: begun.isProved && prove !== undefined };
  });
  return {
    ...(await readExecStatus(ports, request.folder)),
    changed: isDifferent(memo),
    isStopped: !memo.isApplied,
    ...(memo.proof === undefined ? {} : { proof: memo.proof }),
    ...(memo.removed === undefined ? {} : { kept: `${REMOVED}/${memo.removed}` }),
    isUnproved: isWanted && memo.proof === undefined,
  };
}

function isDifferent({ before, after, added, removed }: ExecMemo): boolean {
  const exec = (text: string): string => JSON.stringify(loadPolicy(text, PATHS.policy).exec);
  return added !== undefined || removed !== undefined || exec(before) !== exec(after);
}
