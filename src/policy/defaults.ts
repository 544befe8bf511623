import type { Policy } from './policy.ts';
import { PRESETS } from './presets.ts';
import { defaultHeapMiB, resolvePolicy } from './resolve.ts';

/** A policy with any of its keys, and within a section any of that section's keys. */
export type PolicyOverrides = {
  [Key in keyof Policy]?: Policy[Key] extends object ? Partial<Policy[Key]> : Policy[Key];
};

/**
 * The policy of a clawproof.yaml that names only its version, with `overrides` put in. The heap follows an overridden memory
 * limit and the allowlist an overridden preset, unless they are overridden themselves. Overrides are not checked.
 */
export function defaultPolicy(overrides: PolicyOverrides = {}): Policy {
  const base = resolvePolicy({ version: 1 });
  const preset = overrides.preset ?? base.preset;
  const memory = overrides.resources?.memory ?? base.resources.memory;
  return {
    version: 1,
    preset,
    name: overrides.name ?? base.name,
    openclaw: { ...base.openclaw, ...overrides.openclaw },
    image: { ...base.image, ...overrides.image },
    access: { ...base.access, ...overrides.access },
    resources: { ...base.resources, heapMiB: defaultHeapMiB(memory), ...overrides.resources },
    exec: { ...base.exec, ...overrides.exec },
    egress: { allow: PRESETS[preset].hasEgress ? base.egress.allow : [], ...overrides.egress },
    sandbox: { ...base.sandbox, ...overrides.sandbox },
    firewall: { ...base.firewall, ...overrides.firewall },
    skills: { ...base.skills, ...overrides.skills },
    workspace: { ...base.workspace, ...overrides.workspace },
  };
}
