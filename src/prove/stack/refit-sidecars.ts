import type { TwinSpec } from '../proof-target.ts';
import { readMounts } from './read-mounts.ts';
import type { RunningStack } from './running-stack.ts';
import { sidecarContainer, type StackPlan } from './stack-plan.ts';

type Sidecars = RunningStack['sidecars'];

/**
 * Puts new containers into the place of sidecars whose mounted texts are weakened otherwise in the other specification: what
 * the old one wrote into its log must not be found by the next attempts.
 * @param running containers of the twin, in the order of the specification
 * @returns the containers that run now; undefined when none had to be made anew
 */
export async function refitSidecars(
  plan: StackPlan,
  running: Sidecars,
  [current, other]: readonly [TwinSpec, TwinSpec],
): Promise<Sidecars | undefined> {
  const isSame = other.sidecars.map(
    ({ edits }, index) =>
      JSON.stringify(edits ?? []) === JSON.stringify(current.sidecars[index]?.edits ?? []),
  );
  if (isSame.every(Boolean)) return undefined;
  const { lab, purpose } = plan;
  const fitted = { ...plan, spec: other, mounted: await readMounts(other, lab.context) };
  return Promise.all(
    running.map(async (old, index) => {
      const sidecar = other.sidecars[index];
      if (isSame[index] === true || sidecar === undefined) return old;
      const spec = await sidecarContainer(fitted, sidecar);
      // Its address may be a fixed one.
      await lab.remove(old.container);
      const container = await lab.create(`${purpose}-${old.role}`, spec);
      await lab.start(container);
      return { role: old.role, container };
    }),
  );
}
