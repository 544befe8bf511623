import { eachService, failedService, field, passed } from '../look.ts';
import { defineMeasure } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

export const measure = defineMeasure({
  id: 'fixed-hostname',
  title: 'The gateway has a fixed host name',
  risk: { precondition: 'second-flaw', impact: 'outage' },
  rows: ['G9', 'H8'],
  references: {},
  why: 'After a kill the gateway recognises its own lease by the host name; under a random one it refuses to start for minutes.',
  check: (deployment) =>
    eachService(deployment, ['gateway'], (service) =>
      field(service, 'hostname', (hostname) =>
        hostname === ''
          ? failedService(service, 'the engine chooses a new host name for every container', 'hostname')
          : passed(),
      ),
    ),
  weaken: (deployment) => weakenGateway(deployment, () => ({ hostname: '' })),
});
