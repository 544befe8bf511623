import { fixOf, fixService, set } from '../fix-service.ts';
import { eachService, failedService, field, passed } from '../look.ts';
import { defineMeasure } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

export const measure = defineMeasure({
  id: 'restart-policy',
  title: 'What has ended is started again',
  risk: { precondition: 'second-flaw', impact: 'outage' },
  rows: ['G9', 'H8', 'G10'],
  references: {
    cis: ['5.15'],
    nist: ['4.4.5'],
    owasp: ['D7'],
    scanners: ['KICS 2fc99041', 'docker-bench 5.15'],
  },
  why: 'Without it a crash, a kill for want of memory or a restart of the host leaves the gateway down until somebody looks.',
  check: (deployment) =>
    eachService(deployment, ['gateway', 'egress', 'ingress'], (service) =>
      field(service, 'restart', (restart) =>
        /^(?:always|unless-stopped|on-failure(?::\d+)?)$/.test(restart)
          ? passed()
          : failedService(service, 'nothing starts it again when it has ended', 'restart'),
      ),
    ),
  fix: (failure, context) =>
    fixService(failure, context, ({ name, at }) =>
      fixOf(`Start ${name} again when it has ended`, 'safe', [set(at('restart'), 'unless-stopped')]),
    ),
  weaken: (deployment) => weakenGateway(deployment, () => ({ restart: 'no' })),
});
