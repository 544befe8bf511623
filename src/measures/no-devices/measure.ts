import { eachService, failedService, failuresOr, field, ownRoles } from '../look.ts';
import { defineMeasure } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

export const measure = defineMeasure({
  id: 'no-devices',
  title: 'No device of the host is handed in',
  risk: { precondition: 'second-flaw', impact: 'host' },
  rows: ['G3'],
  references: { cis: ['5.18'], nist: ['4.4.3'], scanners: ['compose-lint CL-0016'] },
  why: 'A device is a driver of the kernel to attack, and some of them are the disk, the memory or the keyboard itself.',
  check: (deployment) =>
    eachService(deployment, ownRoles, (service) =>
      field(service, 'devices', (devices) =>
        failuresOr(devices.map((device) => failedService(service, `it is given ${device}`, 'devices'))),
      ),
    ),
  weaken: (deployment) => weakenGateway(deployment, () => ({ devices: ['/dev/kmsg'] })),
});
