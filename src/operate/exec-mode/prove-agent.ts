import { join } from 'node:path';
import { execNotProved } from '../../errors/exec-errors.ts';
import type { ExecMode } from '../../policy/policy.ts';
import type { ProofReport } from '../../prove/proof-report.ts';
import { type ProofTools, runProof } from '../../prove/run-proof.ts';
import { PATHS } from '../../render/layout.ts';
import { proofJson } from '../../report/proof/json.ts';
import type { ChangeContext } from '../change/change.ts';
import type { ExecMemo } from './exec-change.ts';

/**
 * Lets the hostile model at a twin of what runs now, and keeps the evidence.
 * @throws AppError `exec-not-proved`; what `runProof` throws
 */
export async function proveAgent(
  tools: ProofTools,
  { path, policy, toolVersion, ports }: ChangeContext,
  mode: ExecMode,
): Promise<NonNullable<ExecMemo['proof']>> {
  const request = { target: policy.name, rings: ['agent'], controls: false, version: toolVersion } as const;
  const report = await runProof(tools, request);
  const evidence = join(path, PATHS.toolFolder, 'results', 'exec-evidence.json');
  await ports.files.writeAtomic(evidence, proofJson(report), { mode: 0o600 });
  const open = openOf(report);
  if (open.length > 0) throw execNotProved(mode, open);
  const { pass, skipped } = report.summary;
  return { pass, skipped, seconds: Math.round(report.durationMs / 1000) };
}

/** What is no proof: attacks that got through, attacks and rings that could not be tried, and nothing at all. */
export function openOf({ rings, probes, summary }: ProofReport): string[] {
  const open = [
    ...rings.flatMap(({ ring, state, reason }) =>
      state === 'ran' ? [] : [`the ${ring} ring: ${reason ?? state}`],
    ),
    ...probes.flatMap((probe) => {
      if (probe.state === 'fail') return [`${probe.title}: ${probe.observed}`];
      return probe.state === 'error' ? [`${probe.title}: not tried, ${probe.observed}`] : [];
    }),
  ];
  return open.length === 0 && summary.pass === 0 ? ['nothing was tried'] : open;
}
