import type { Probe } from '../../probe.ts';
import { isSandboxed } from './kernel-calls.ts';

const LIMITS =
  'what the container sees of its limits is made up by its own kernel; "clawproof host sandbox" exceeds them and watches the container from outside';
const OWN =
  'the container sees what its own kernel makes up, not the files of the host’s kernel; writing there reaches no other container';

/** Attacks on the kernel that answers: under a runtime with a kernel of its own that is not the host's. */
const NOT_THE_HOSTS: Readonly<Record<string, string>> = {
  'host-paths':
    'the mount table of this runtime does not tell what is mounted from the host; the measure minimal-mounts looks at it through the engine',
  'host-devices':
    'its device files are made up by its own kernel; the measure no-devices looks at what is handed in',
  'kernel-settings': OWN,
  'control-groups': OWN,
  'process-limit': LIMITS,
  'memory-limit': LIMITS,
  'swap-limit': LIMITS,
  'processor-limit': LIMITS,
  'held-capabilities':
    'its own kernel does not tell the ambient set; the measure no-capabilities looks at the others',
  'no-new-privileges-bit':
    'its own kernel does not tell; the measure no-new-privileges looks at it through the engine, and "setuid-file" tries it',
};

/** The probe, left out with the reason where it would judge the container's own kernel by what holds for the host's. */
export function exceptSandboxed(probe: Probe): Probe {
  const reason = NOT_THE_HOSTS[probe.id];
  if (reason === undefined) return probe;
  return {
    ...probe,
    attempts: (target, facts) => {
      if (isSandboxed(target)) return { skipped: `${target.gateway.runtime}: ${reason}` };
      return probe.attempts(target, facts);
    },
  };
}
