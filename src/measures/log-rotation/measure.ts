import type { Service } from '../../deployment/deployment.ts';
import { eachService, failedService, field, ownRoles, passed } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

export const measure = defineMeasure({
  id: 'log-rotation',
  title: 'Logs are kept, and limited in size',
  risk: { precondition: 'agent', impact: 'outage' },
  rows: ['G5', 'G12'],
  references: { cis: ['2.13'], nist: ['4.4.5'], scanners: ['compose-lint CL-0014'] },
  why: "An agent that talks a lot fills the host's disk, and without a log nobody can tell what it did.",
  check: (deployment) =>
    eachService(deployment, ownRoles, (service) =>
      field(service, 'logging', (logging) => look(service, logging)),
    ),
  weaken: (deployment) => weakenGateway(deployment, () => ({ logging: { driver: 'json-file' } })),
});

function look(service: Service, { driver, maxSize }: NonNullable<Service['logging']>): Outcome {
  if (driver === 'none') return failedService(service, 'its log is thrown away', 'logging', 'driver');
  if (driver === undefined && maxSize === undefined)
    return failedService(
      service,
      "it leaves rotation to the daemon's settings, which by default have none",
      'logging',
    );
  if ((driver ?? 'json-file') === 'json-file' && (maxSize === undefined || maxSize === '-1'))
    return failedService(
      service,
      'its log file grows without limit: max-size is missing',
      'logging',
      'options',
    );
  return passed(
    driver === undefined || driver === 'json-file' || driver === 'local'
      ? undefined
      : `${driver} keeps and rotates it`,
  );
}
