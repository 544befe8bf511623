import type { ProbeResult } from './proof-report.ts';
import type { ProofTarget } from './proof-target.ts';
import { SANDBOX_RISK_WORDS } from '../policy/sandbox-risks.ts';
import { isSandboxed } from './probes/container/kernel-calls.ts';
import { LASTING_RISKS } from '../policy/lasting-risks.ts';

/** What remains although every attack was stopped: no container takes these away (rows P1, G11). */
export function residualRisks(
  { deployment, engine, gateway }: ProofTarget,
  probes: readonly Pick<ProbeResult, 'state'>[],
): string[] {
  const { preset, execMode } = deployment;
  return [
    ...kernelRisks(gateway),
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

/** Under a runtime with a kernel of its own another one is in between, and what the app lacks under it is named. */
function kernelRisks(gateway: ProofTarget['gateway']): string[] {
  if (!isSandboxed({ gateway })) return [LASTING_RISKS.kernel];
  const isWithout = gateway.environment?.['FS_SAFE_NATIVE_MODE'] === 'off';
  return [
    LASTING_RISKS.sandboxKernel,
    LASTING_RISKS.sandboxLimits,
    ...(isWithout ? [SANDBOX_RISK_WORDS['native-paths'].doc] : []),
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
