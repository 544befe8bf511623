import { detectEngine } from '../engine/detect.ts';
import { isAppError } from '../errors/app-error.ts';
import { readFolder } from '../operate/folder.ts';
import { dryRun } from '../operate/up/render-only.ts';
import type { UpResult } from '../operate/up/types.ts';
import { up } from '../operate/up/up.ts';
import type { ProofReport } from '../prove/proof-report.ts';
import { createStyle } from '../report/style.ts';
import { hasProblems, upSummary } from '../report/up-summary.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { UpOptions } from './options.ts';

export async function run(context: CommandContext, options: UpOptions): Promise<number> {
  const { ports, output, version } = context;
  const { folder } = options;
  const began = ports.clock.monotonicMs();
  const made = options.dryRun
    ? await dryRun(ports, await readFolder(ports, folder), await detectEngine(ports), version)
    : await up(ports, { folder, toolVersion: version });
  const proof = made.state === 'up' && options.prove ? await proveIt(context, made) : undefined;
  // The time that somebody waited, the proof included.
  const result = { ...made, seconds: (ports.clock.monotonicMs() - began) / 1000 };
  const { terminal } = ports;
  terminal.out(
    output.json
      ? `${JSON.stringify(upJson(result, proof), null, 2)}\n`
      : upSummary(result, createStyle(terminal.colour), proof),
  );
  if (result.state === 'rendered') return exitCodes.incomplete;
  return hasProblems(result, proof) ? exitCodes.checkFailed : exitCodes.done;
}

/** The proof of what was started; why there is none, when it could not be made. What runs stays as it is. */
export async function proveIt(
  context: CommandContext,
  { policy, folder }: Pick<UpResult, 'policy' | 'folder'>,
): Promise<ProofReport | string> {
  const { version } = context;
  const [{ runProof }, { proofTools }, { keepProof, WHOLE }] = await Promise.all([
    import('../prove/run-proof.ts'),
    import('./proof-tools.ts'),
    import('./prove.ts'),
  ]);
  try {
    const request = { target: policy.name, rings: WHOLE, controls: false, version };
    const report = await runProof(await proofTools(context), request);
    await keepProof(context, folder, report);
    return report;
  } catch (error) {
    if (!isAppError(error)) throw error;
    return error.entry.message;
  }
}

/** What scripts get: the result, without the lock's and the policy's inner form. */
function upJson(
  { policy, lock, ...rest }: UpResult,
  proof: ProofReport | string | undefined,
): Record<string, unknown> {
  return {
    ok: rest.state !== 'rendered' && !hasProblems({ policy, lock, ...rest }, proof),
    preset: policy.preset,
    version: policy.openclaw.version,
    images: lock.images,
    ...rest,
    ...(proof === undefined ? {} : { proof: typeof proof === 'string' ? { error: proof } : proof }),
  };
}
