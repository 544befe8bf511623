import type { Deployment, Service } from '../../deployment/deployment.ts';
import { fixOf, fixService, set } from '../fix-service.ts';
import { hostNameFor } from '../host-name.ts';
import { eachService, field, passed, skipped, unknownIn } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

export const measure = defineMeasure({
  id: 'fixed-hostname',
  title: 'The gateway has a fixed host name',
  risk: { precondition: 'second-flaw', impact: 'outage' },
  rows: ['G9', 'H8'],
  references: {},
  why: 'After a kill the gateway recognises its own lease by the host name; under a random one it refuses to start for minutes.',
  check: (deployment) => eachService(deployment, ['gateway'], (service) => look(deployment, service)),
  fix: (failure, context) =>
    fixService(failure, context, ({ name, at }) => {
      const owner = String(failure.at?.path[1] ?? name);
      const path = owner === name ? at('hostname') : ['services', owner, 'hostname'];
      return fixOf(`Give the container of ${owner} a fixed host name`, 'safe', [
        set(path, hostNameFor(owner)),
      ]);
    }),
  weaken: (deployment) => weakenGateway(deployment, () => ({ hostname: '' })),
});

function look(deployment: Deployment, service: Service): Outcome[] {
  const { networkMode = '', utsMode = '' } = service;
  const unknown = unknownIn(service, 'networkMode', 'utsMode');
  if (unknown.length > 0) return unknown;
  // With the host's network a container has the host's name, which stays.
  if (networkMode === 'host' || utsMode === 'host') return [passed()];
  const owner = ownerOf(deployment, service);
  if (!owner) return [skipped(`${service.name}: it has the host name of a container that was not looked at`)];
  return field(owner, 'hostname', (hostname) =>
    hostname === ''
      ? {
          state: 'fail',
          detail: `${service.name}: the engine chooses a new host name for every container`,
          subject: service.name,
          at: { document: 'compose', path: ['services', owner.name, 'hostname'] },
        }
      : passed(),
  );
}

/** A container in the network of another one has its host name, and must not be given one. */
function ownerOf(deployment: Deployment, service: Service): Service | undefined {
  const [kind, name] = (service.networkMode ?? '').split(':');
  if (kind !== 'service' && kind !== 'container') return service;
  return deployment.services.find((candidate) => candidate.name === name);
}
