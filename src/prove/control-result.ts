import type { JudgedProbe } from './judge-probe.ts';
import type { ControlResult } from './proof-report.ts';
import type { Variant } from './proof-target.ts';

/** What became of a probe on the weakened twin that is its control; a reason when there was no such twin. */
export type ControlRun = JudgedProbe | { unable: string; state: 'skipped' | 'error' };

/**
 * Whether the attack is known to succeed where the protection is missing.
 * @param onTarget the probe on the target itself: an attack that succeeded there needs no weakened twin
 * @param run undefined = controls were not asked for
 */
export function controlResult(
  onTarget: Pick<JudgedProbe, 'state' | 'observed'>,
  variant: Pick<Variant, 'id' | 'title'>,
  run: ControlRun | undefined,
): ControlResult {
  const control = { variant: variant.id, title: variant.title };
  if (onTarget.state === 'fail') return { ...control, state: 'target', observed: onTarget.observed };
  if (run === undefined) return { ...control, state: 'not-run' };
  if ('unable' in run) return { ...control, state: run.state, observed: run.unable };
  const state = { fail: 'seen', pass: 'missed', skipped: 'skipped', error: 'error' } as const;
  return { ...control, state: state[run.state], observed: run.observed };
}
