import type { Service } from '../../deployment/deployment.ts';
import { eachService, failedService, failuresOr, field, ownRoles } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

/** Capabilities that are as good as root on the host. */
const hostCapabilities = new Set([
  'ALL',
  'SYS_ADMIN',
  'SYS_MODULE',
  'SYS_PTRACE',
  'SYS_RAWIO',
  'SYS_BOOT',
  'DAC_READ_SEARCH',
  'DAC_OVERRIDE',
  'BPF',
  'PERFMON',
  'MAC_ADMIN',
  'MAC_OVERRIDE',
  'SYSLOG',
  'MKNOD',
]);
/** What these reach is the network of the container or the host. */
const networkCapabilities = new Set(['NET_ADMIN', 'NET_RAW', 'NET_BROADCAST']);

export const measure = defineMeasure({
  id: 'no-capabilities',
  title: 'All Linux capabilities are dropped and none is added',
  risk: { precondition: 'second-flaw', impact: 'host' },
  rows: ['H2'],
  references: {
    cis: ['5.4'],
    nist: ['4.4.3'],
    owasp: ['D3'],
    scanners: [
      'compose-lint CL-0006',
      'compose-lint CL-0011',
      'compose-lint CL-0024',
      'KICS ce76b7d0',
      'docker-bench 5.4',
      'DockSec dangerous-capabilities',
    ],
  },
  why: 'Each capability is a part of root: raw packets, other owners, traced processes. OpenClaw needs none of them.',
  check: (deployment) =>
    eachService(deployment, ownRoles, (service) =>
      field(service, 'capDrop', (dropped) => failuresOr(failures(service, dropped))),
    ),
  weaken: (deployment) => weakenGateway(deployment, () => ({ capDrop: [] })),
});

function failures(service: Service, dropped: readonly string[]): Outcome[] {
  const found: Outcome[] = [];
  if (!dropped.map(plainName).includes('ALL'))
    found.push(
      failedService(
        service,
        dropped.length === 0
          ? "it keeps the engine's default capabilities"
          : `only ${dropped.join(', ')} is dropped, the rest of the default capabilities stays`,
        'cap_drop',
      ),
    );
  for (const name of (service.capAdd ?? []).map(plainName))
    found.push(failedService(service, `${name} is added${gradeOf(name)}`, 'cap_add'));
  return found;
}

function gradeOf(name: string): string {
  if (hostCapabilities.has(name)) return ': as good as root on the host';
  if (networkCapabilities.has(name)) return ': it can read or forge traffic on its networks';
  return ', and OpenClaw needs none';
}

function plainName(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '');
}
