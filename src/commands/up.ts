import { detectEngine } from '../engine/detect.ts';
import { readFolder } from '../operate/folder.ts';
import { dryRun } from '../operate/up/render-only.ts';
import type { UpResult } from '../operate/up/types.ts';
import { up } from '../operate/up/up.ts';
import { createStyle } from '../report/style.ts';
import { hasProblems, upSummary } from '../report/up-summary.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { UpOptions } from './options.ts';

export async function run(
  { ports, output, version }: CommandContext,
  { folder, dryRun: isDry }: UpOptions,
): Promise<number> {
  const result = isDry
    ? await dryRun(ports, await readFolder(ports, folder), await detectEngine(ports), version)
    : await up(ports, { folder, toolVersion: version });
  const { terminal } = ports;
  terminal.out(
    output.json
      ? `${JSON.stringify(upJson(result), null, 2)}\n`
      : upSummary(result, createStyle(terminal.colour)),
  );
  if (result.state === 'rendered') return exitCodes.incomplete;
  return hasProblems(result) ? exitCodes.checkFailed : exitCodes.done;
}

/** What scripts get: the result, without the lock's and the policy's inner form. */
function upJson({ policy, lock, ...rest }: UpResult): Record<string, unknown> {
  return {
    ok: rest.state !== 'rendered' && !hasProblems({ policy, lock, ...rest }),
    preset: policy.preset,
    version: policy.openclaw.version,
    images: lock.images,
    ...rest,
  };
}
