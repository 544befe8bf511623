import type { SandboxRisk } from './policy.ts';

/** What preset sandboxed may lack: in the schema, in refusals and among what remains. */
export const SANDBOX_RISK_WORDS: Readonly<Record<SandboxRisk, { doc: string }>> = {
  'native-paths': {
    doc: "runsc does not know openat2, so OpenClaw's own containment of paths works without the kernel: a link that is swapped at the right moment can lead a file tool out of the workspace, though not out of the container.",
  },
  'memory-limit': {
    doc: 'The memory limit is not kept, or a gateway that exceeds it hangs instead of ending: it can take the memory of this host, or stay away until somebody restarts it.',
  },
  'process-limit': {
    doc: 'The limit of processes is not kept: a fork bomb can stop this host.',
  },
};
