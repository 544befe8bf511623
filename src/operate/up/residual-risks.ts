import type { EngineReport } from '../../engine/engine-report.ts';
import type { Policy } from '../../policy/policy.ts';
import { PRESETS } from '../../policy/presets.ts';
import { SANDBOX_RISK_WORDS } from '../../policy/sandbox-risks.ts';
import { LASTING_RISKS } from '../../policy/lasting-risks.ts';

/** What remains although every measure holds: no container takes these away (rows P1, G11). */
export function residualRisks(policy: Policy, engine: EngineReport): string[] {
  return [
    PRESETS[policy.preset].runtime === null ? LASTING_RISKS.kernel : LASTING_RISKS.sandboxKernel,
    ...sandboxRisks(policy),
    LASTING_RISKS.model,
    ...egressRisks(policy),
    ...(policy.access.tailscale === null ? [] : [LASTING_RISKS.tailscale]),
    ...execRisks(policy),
    'What the agent puts into its state (a plugin, a skill) also runs in the container of "clawproof openclaw", where settings can be written; clawproof puts its own settings back afterwards.',
    'The state volume has no size limit: an agent gone wild can fill the disk of this host.',
    LASTING_RISKS.openclaw,
    LASTING_RISKS.engine,
    ...engineRisks(policy, engine),
  ];
}

function sandboxRisks({ preset, sandbox: { accept } }: Policy): string[] {
  if (PRESETS[preset].runtime === null) return [];
  return [
    LASTING_RISKS.sandboxLimits,
    ...accept.map((risk) => `Accepted (${risk}): ${SANDBOX_RISK_WORDS[risk].doc}`),
  ];
}

function egressRisks(policy: Policy): string[] {
  if (policy.preset === 'baseline') {
    return [LASTING_RISKS.openEgress];
  }
  const { allow } = policy.egress;
  if (allow.length === 0) return [];
  return [
    `What is sent to one of the ${allow.length} allowed names leaves: an allowed service can carry stolen data, and so can others behind the same front end, because a tunnel is judged by its name alone.`,
  ];
}

function execRisks(policy: Policy): string[] {
  if (policy.exec.mode === 'deny') return [];
  const { mode, accepted } = policy.exec;
  const what = mode === 'full' ? 'every command' : 'the commands on its allowlist';
  const who =
    mode === 'full' && accepted !== null ? ` Accepted by ${accepted.by} until ${accepted.until}.` : '';
  return [
    `exec.mode is ${policy.exec.mode}: the agent runs ${what} inside the container, with the gateway's state and provider keys in reach.${who}`,
  ];
}

function engineRisks(policy: Policy, engine: EngineReport): string[] {
  const facts = engine.engine;
  if (facts === undefined) return [];
  const limits = Object.entries(facts.limits).flatMap(([name, enforced]) => (enforced ? [] : [name]));
  return [
    ...(Number.parseInt(facts.version, 10) < 28 && policy.preset === 'baseline'
      ? [
          'On this engine, whoever shares a network with this host can reach the published port by routing through it.',
        ]
      : []),
    ...(facts.userNamespaces || engine.kind === 'rootless'
      ? []
      : ['The engine maps no user ids: uid 1000 in the container is uid 1000 of this host.']),
    ...(facts.seccomp ? [] : ['This engine filters no system calls (no seccomp).']),
    ...(limits.length > 0 ? [`This engine does not enforce these limits: ${limits.join(', ')}.`] : []),
  ];
}
