import type { Ports } from '../ports/ports.ts';
import type { Missing } from './requirements.ts';

/** Bits of the capability set: what dockerd cannot do without. */
const NEEDED_CAPABILITIES: [string, bigint][] = [
  ['CAP_SYS_ADMIN', 21n],
  ['CAP_NET_ADMIN', 12n],
];

/** One line on why no engine can ever run here, whatever is installed; null when one can, or when that cannot be told. */
export async function canNeverRun(ports: Pick<Ports, 'files' | 'system'>): Promise<Missing | null> {
  if (ports.system.platform !== 'linux') return null;
  return (await missingCapability(ports)) ?? (await missingCgroups(ports));
}

/** Root without capabilities is root of an unprivileged container. Another user may still have sudo: that is not known. */
async function missingCapability(ports: Pick<Ports, 'files' | 'system'>): Promise<Missing | null> {
  if (ports.system.uid !== 0) return null;
  const status = await ports.files.read('/proc/self/status').catch(() => null);
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status ?? '')?.[1];
  if (effective === undefined) return null;
  const set = BigInt(`0x${effective}`);
  const lacking = NEEDED_CAPABILITIES.filter(([, bit]) => (set & (1n << bit)) === 0n).map(([name]) => name);
  if (lacking.length === 0) return null;
  return {
    id: 'kernel',
    message: `no engine can run here: root lacks ${lacking.join(' and ')} (an unprivileged container or a sandbox)`,
    commands: ['Run clawproof on the host itself, or in a virtual machine.'],
  };
}

async function missingCgroups(ports: Pick<Ports, 'files'>): Promise<Missing | null> {
  const controllers = await ports.files.read('/proc/cgroups').catch(() => null);
  const version2 = await ports.files.read('/proc/filesystems').catch(() => null);
  if (controllers !== null || version2 === null || version2.includes('cgroup2')) return null;
  return {
    id: 'kernel',
    message: 'no engine can run here: the kernel was built without control groups',
    commands: ["Run clawproof on a host with a distribution's own kernel."],
  };
}
