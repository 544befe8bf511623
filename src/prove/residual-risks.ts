import type { ProbeResult } from './proof-report.ts';
import type { ProofTarget } from './proof-target.ts';
import { LASTING_RISKS } from '../policy/lasting-risks.ts';

/** What remains although every attack was stopped: no container takes these away (rows P1, G11). */
export function residualRisks(
  { deployment, engine }: ProofTarget,
  probes: readonly Pick<ProbeResult, 'state'>[],
): string[] {
  const { preset, execMode } = deployment;
  return [
    LASTING_RISKS.kernel,
    LASTING_RISKS.model,
    ...(preset === 'baseline' ? [LASTING_RISKS.openEgress] : []),
    ...(execMode === 'full'
      ? [
          'exec.mode is full: the agent runs every command inside the container, with its state and provider keys in reach.',
        ]
      : []),
    LASTING_RISKS.openclaw,
    LASTING_RISKS.engine,
    ...(engine.usernsRemap || engine.isRootless
      ? []
      : [
          'The engine maps no user ids: a user of the container is the user of this host with the same number.',
        ]),
    'A twin was attacked, not the deployment itself: what was changed in it while it runs is not in the twin.',
    ...skippedRisks(probes),
  ];
}

/** What was not tried remains; which, and why, stands with each. */
function skippedRisks(probes: readonly Pick<ProbeResult, 'state'>[]): string[] {
  const { length } = probes.filter(({ state }) => state === 'skipped');
  if (length === 0) return [];
  return [
    length === 1
      ? 'One attack was skipped, for the reason that stands with it: what it would have shown is open.'
      : `${length} attacks were skipped, for the reasons that stand with each: what they would have shown is open.`,
  ];
}
