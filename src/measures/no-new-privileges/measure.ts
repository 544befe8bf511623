import { forbidsNewPrivileges, parseSecurityOption } from '../../deployment/security-options.ts';
import { add, fixOf, fixService, remove, set, type ServiceView } from '../fix-service.ts';
import type { Change, Fix } from '../fix.ts';
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
      'KICS 610e266e',
      'kube-linter privilege-escalation',
      'Kubescape C-0016',
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
  fix: (failure, context) => fixService(failure, context, forbid),
  weaken: (deployment) =>
    weakenGateway(deployment, (service) => ({
      securityOptions: (service.securityOptions ?? []).filter(
        (option) => !option.startsWith('no-new-privileges'),
      ),
    })),
});

const wanted = 'no-new-privileges:true';

function forbid(view: ServiceView): Fix {
  const { name, service, image, at } = view;
  const written = (service.securityOptions ?? []).flatMap((option, index) =>
    parseSecurityOption(option).name === 'no-new-privileges' ? [index] : [],
  );
  const [first, ...others] = written;
  const changes: Change[] =
    first === undefined
      ? [add(at('security_opt'), wanted)]
      : [set(at('security_opt', first), wanted), ...others.map((index) => remove(at('security_opt', index)))];
  const title = `Forbid new privileges in ${name}`;
  // gosu, su-exec and setpriv go from root to a user, which stays allowed; sudo goes the other way.
  return image.hasSudo
    ? fixOf(
        title,
        'unsafe',
        changes,
        `If the image of ${name} has sudo or other setuid programs, they no longer work.`,
      )
    : fixOf(title, 'safe', changes);
}
