import type { Service } from '../../deployment/deployment.ts';
import { eachService, failedService, field, ownRoles, passed, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

export const measure = defineMeasure({
  id: 'non-root',
  title: 'No process runs as root in its container',
  risk: { precondition: 'second-flaw', impact: 'host' },
  rows: ['G4', 'G7'],
  references: {
    cis: ['4.1', '5.23'],
    nist: ['4.4.3'],
    owasp: ['D2'],
    scanners: ['compose-lint CL-0018', 'docker-bench 4.1', 'Trivy DS-0002', 'DockSec no-non-root-user'],
  },
  why: 'Root in a container is root on the host as soon as anything between them gives way.',
  check: (deployment) =>
    eachService(deployment, ownRoles, (service) => field(service, 'user', (user) => judge(service, user))),
  weaken: (deployment) => weakenGateway(deployment, () => ({ user: 'root' })),
});

function judge(service: Service, user: string): Outcome {
  const [owner = '', group] = user.split(':');
  if (user.includes('$')) return skipped(`${service.name}: the user depends on a variable`);
  if (owner === 'root' || Number(owner) === 0)
    return failedService(service, `it runs as root (user ${user === '' ? 'empty' : user})`, 'user');
  const groups = [group, ...(service.groupAdd ?? [])].filter((name) => name !== undefined);
  if (groups.some((name) => name === 'root' || name === '0'))
    return failedService(service, 'it is in the group root, which owns most of the system files', 'user');
  if (/^\d+$/.test(owner) || owner === 'node') return passed();
  return skipped(`${service.name}: only the image knows which id the user ${owner} has`);
}
