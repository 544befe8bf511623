import { formatBytes } from '../bytes.ts';
import type { Policy } from '../policy.ts';
import { PRESETS } from '../presets.ts';
import type { PolicyInput } from '../schema.ts';
import { workspaceFileText } from '../workspace-file.ts';

/** A clawproof.yaml that names every key of a policy; loading it gives the policy again. */
export function toPolicyInput(policy: Policy): PolicyInput {
  const { memory, heapMiB, ...resources } = policy.resources;
  const { egress, workspace, ...rest } = policy;
  return {
    ...rest,
    workspace: { readOnly: workspace.readOnly.map(workspaceFileText) },
    resources: { ...resources, memory: formatBytes(memory), heap: `${heapMiB}m` },
    ...(PRESETS[policy.preset].hasEgress && { egress }),
  };
}
