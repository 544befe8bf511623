import type { Service } from '../../deployment/deployment.ts';
import { fixOf, fixService, set } from '../fix-service.ts';
import { allRoles, eachService, failedPart, failedService, failuresAnd, field, unknownIn } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

export const measure = defineMeasure({
  id: 'not-privileged',
  title: 'No container is privileged',
  risk: { precondition: 'agent', impact: 'host' },
  rows: ['G2', 'H2'],
  references: {
    cis: ['5.5'],
    nist: ['4.4.3'],
    owasp: ['D3', 'ASI05'],
    scanners: [
      'compose-lint CL-0002',
      'KICS ae5b6871',
      'docker-bench 5.5',
      'Semgrep privileged-service',
      'DockSec privileged',
      'kube-linter privileged',
      'Polaris runAsPrivileged',
      'Kubescape C-0057',
    ],
  },
  why: "A privileged container has all capabilities, all devices and no filter: mounting the host's disk is one command.",
  check: (deployment) =>
    eachService(deployment, allRoles, (service) =>
      field(service, 'privileged', (privileged) =>
        failuresAnd(
          [
            ...(privileged ? [failedService(service, 'it is privileged', 'privileged')] : []),
            ...hookFailures(service),
          ],
          unknownIn(service, 'hooks'),
        ),
      ),
    ),
  fix: (failure, context) =>
    fixService(failure, context, (view) =>
      fixOf(
        `Take the privileges of ${failure.key === undefined ? '' : `${failure.key} of `}${view.name} away`,
        'unsafe',
        // Not removed: the same key may stand in another file or behind an anchor.
        [set(failure.key === undefined ? view.at('privileged') : (failure.at?.path ?? []), false)],
        `What ${view.name} does with devices, mounts or containers of the host no longer works.`,
      ),
    ),
  weaken: (deployment) => weakenGateway(deployment, () => ({ privileged: true })),
});

/** Their commands run in the same container, whatever that may do itself. */
function hookFailures(service: Service): Outcome[] {
  return (service.hooks ?? [])
    .filter(({ privileged }) => privileged)
    .map(({ field: name, index }) =>
      failedPart(service, `${name} ${index}`, `its ${name} command is privileged`, name, index, 'privileged'),
    );
}
