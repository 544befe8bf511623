import { isAppError } from '../errors/app-error.ts';
import { eachOf } from './each-of.ts';
import type { ControlRun } from './control-result.ts';
import type { JudgedProbe } from './judge-probe.ts';
import type { TwinSpec, Variant } from './proof-target.ts';
import type { Bench, RingGroup } from './rings/ring-group.ts';

/** Twins side by side: each boots a gateway or fills its memory. */
const AT_ONCE = 2;

export interface ControlsRequest {
  bench: Bench;
  spec: TwinSpec;
  group: RingGroup;
  /** What was found on the target, by id of the probe. */
  onTarget: ReadonlyMap<string, Pick<JudgedProbe, 'state'>>;
  step: (text: string) => void;
}

/**
 * Makes each attack that was stopped on a twin without its protection. Probes that failed or were skipped on the target
 * need none; probes with the same variant share a twin.
 * @returns by id of the probe
 */
export async function runControls(request: ControlsRequest): Promise<Map<string, ControlRun>> {
  const { group, onTarget, step } = request;
  const byVariant = new Map<string, string[]>();
  for (const { id, weakenedBy } of group.probes) {
    const state = onTarget.get(id)?.state;
    if (state !== 'pass' && state !== 'error') continue;
    byVariant.set(weakenedBy[0], [...(byVariant.get(weakenedBy[0]) ?? []), id]);
  }
  const runs = new Map<string, ControlRun>();
  let done = 0;
  await eachOf(byVariant, AT_ONCE, async ([variant, probes]) => {
    for (const [id, run] of await runVariant(request, variant, probes)) runs.set(id, run);
    done += 1;
    step(`${done} of ${byVariant.size} weakened twins`);
  });
  return runs;
}

async function runVariant(
  { bench, spec, group }: ControlsRequest,
  variantId: string,
  probes: readonly string[],
): Promise<[string, ControlRun][]> {
  const unable = (state: 'skipped' | 'error', reason: string): [string, ControlRun][] =>
    probes.map((id) => [id, { state, unable: reason }]);
  const variant = group.variants.find(({ id }) => id === variantId);
  if (variant === undefined) return unable('error', `there is no variant ${variantId}`);
  const weak = weakened(variant, spec);
  if (weak === null) return unable('skipped', 'this deployment cannot be weakened in that point');
  try {
    const { judged } = await group.run(bench, weak, new Set(probes), { step: () => undefined });
    return judged.map((probe) => [probe.id, probe]);
  } catch (error) {
    // Its twin could not be had; the others' may.
    if (!isAppError(error)) throw error;
    return unable('error', error.entry.message);
  }
}

function weakened(variant: Variant, spec: TwinSpec): TwinSpec | null {
  // A weakening must not reach the twins that come after it.
  return variant.weaken(structuredClone(spec));
}
