import { forbidsNewPrivileges } from '../../deployment/security-options.ts';
import { eachService, failedService, field, ownRoles, passed } from '../look.ts';
import { defineMeasure } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

export const measure = defineMeasure({
  id: 'no-new-privileges',
  title: 'No program can gain privileges that its parent does not have',
  risk: { precondition: 'second-flaw', impact: 'host' },
  rows: ['H3'],
  references: {
    cis: ['5.26'],
    nist: ['4.4.3'],
    owasp: ['D4'],
    scanners: [
      'compose-lint CL-0003',
      'KICS 27fcc7d6',
      'docker-bench 5.26',
      'Semgrep no-new-privileges',
      'DockSec no-new-privileges',
    ],
  },
  why: 'A setuid program left in the image makes root of an ordinary user, and takes back what the other measures removed.',
  check: (deployment) =>
    eachService(deployment, ownRoles, (service) =>
      field(service, 'securityOptions', (options) => {
        if (forbidsNewPrivileges(options)) return passed();
        const isOff = options.some((option) => option.startsWith('no-new-privileges'));
        return failedService(
          service,
          isOff ? 'no-new-privileges is written, but switched off' : 'no-new-privileges is not set',
          'security_opt',
        );
      }),
    ),
  weaken: (deployment) =>
    weakenGateway(deployment, (service) => ({
      securityOptions: (service.securityOptions ?? []).filter(
        (option) => !option.startsWith('no-new-privileges'),
      ),
    })),
});
