import { isAppError } from '../errors/app-error.ts';
import { eachOf } from './each-of.ts';
import type { ControlRun } from './control-result.ts';
import type { JudgedProbe } from './judge-probe.ts';
import type { TwinSpec, Variant } from './proof-target.ts';
import type { Bench, RingGroup } from './rings/ring-group.ts';

export interface ControlsRequest {
  bench: Bench;
  spec: TwinSpec;
  group: RingGroup;
  /** What was found on the target, by id of the probe. */
  onTarget: ReadonlyMap<string, Pick<JudgedProbe, 'state'>>;
  step: (text: string) => void;
}

/** Probes whose attacks are made on one weakened twin. */
interface Control {
  variant: string;
  probes: string[];
  /** Null = this deployment cannot be weakened so; undefined = there is no such variant. */
  weak: TwinSpec | null | undefined;
}

/**
 * Makes each attack that was stopped on a twin without its protection. Probes that failed or were skipped on the target
 * need none; probes with the same variant share a twin.
 * @returns by id of the probe
 */
export async function runControls(request: ControlsRequest): Promise<Map<string, ControlRun>> {
  const controls = controlsOf(request);
  const runs = new Map<string, ControlRun>();
  let done = 0;
  await eachOf(chainsOf(controls, request), request.group.weakAtOnce, async (chain) => {
    for (const control of chain) {
      for (const [id, run] of await runControl(request, control)) runs.set(id, run);
      done += 1;
      request.step(`${done} of ${controls.length} weakened twins`);
    }
  });
  return runs;
}

function controlsOf({ group, onTarget, spec }: ControlsRequest): Control[] {
  const byVariant = new Map<string, string[]>();
  for (const { id, weakenedBy } of group.probes) {
    const state = onTarget.get(id)?.state;
    if (state !== 'pass' && state !== 'error') continue;
    byVariant.set(weakenedBy[0], [...(byVariant.get(weakenedBy[0]) ?? []), id]);
  }
  // The slow ones are those of the later rings: begun first, none of them is left alone at the end.
  return [...byVariant].toReversed().map(([variant, probes]) => {
    const known = group.variants.find(({ id }) => id === variant);
    return { variant, probes, weak: known && weakened(known, spec) };
  });
}

/**
 * Twins that one running twin can be in turn follow each other, so that none of them has to be started. Their chain comes
 * second: beside the first that has to be.
 */
function chainsOf(controls: readonly Control[], { group, spec }: ControlsRequest): Control[][] {
  const follows = ({ weak }: Control): boolean => Boolean(weak && group.canFollow?.(spec, weak));
  const chain = controls.filter(follows);
  const [first = [], ...others] = controls.filter((control) => !follows(control)).map((each) => [each]);
  return [first, chain, ...others].filter(({ length }) => length > 0);
}

async function runControl(
  { bench, group }: ControlsRequest,
  { variant, probes, weak }: Control,
): Promise<[string, ControlRun][]> {
  const unable = (state: 'skipped' | 'error', reason: string): [string, ControlRun][] =>
    probes.map((id) => [id, { state, unable: reason }]);
  if (weak === undefined) return unable('error', `there is no variant ${variant}`);
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
