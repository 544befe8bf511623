import type { Deployment, Service } from '../../deployment/deployment.ts';
import { eachService, failedService, failuresOr, field, passed } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';

export const measure = defineMeasure({
  id: 'isolated-network',
  title: 'The gateway has a network of its own, without neighbours',
  risk: { precondition: 'agent', impact: 'exposure' },
  rows: ['G6', 'H9'],
  references: {
    cis: ['5.30', '2.1'],
    nist: ['4.3.3'],
    owasp: ['D5'],
    scanners: ['KICS ce14a68b', 'docker-bench 5.30', 'DockSec no-network-segmentation'],
  },
  why: 'Containers on one network reach all ports of each other, so the agent reaches databases and panels that trust their network.',
  check: (deployment) => eachService(deployment, ['gateway'], (service) => look(deployment, service)),
  weaken: (deployment) => {
    const gateway = deployment.services.find((service) => service.role === 'gateway');
    const neighbour: Service = {
      name: 'neighbour',
      role: 'neighbour',
      networks: gateway?.networks ?? {},
      networkMode: '',
      mounts: [],
      ports: [],
    };
    return { ...deployment, services: [...deployment.services, neighbour] };
  },
});

function look(deployment: Deployment, gateway: Service): Outcome[] {
  if (gateway.networkMode === 'none') return [passed('no network at all')];
  if (gateway.networkMode === 'bridge')
    return [
      failedService(
        gateway,
        "it is on the engine's default bridge, like every container that nobody thought about",
        'network_mode',
      ),
    ];
  return field(gateway, 'networks', (networks) =>
    failuresOr(Object.keys(networks).flatMap((name) => networkFailures(deployment, gateway, name))),
  );
}

function networkFailures(deployment: Deployment, gateway: Service, name: string): Outcome[] {
  const network = deployment.networks.find((candidate) => candidate.name === name);
  if (name === 'bridge' && deployment.evidence === 'effective')
    return [failedService(gateway, "it is on the engine's default bridge", 'networks')];
  if (network?.external === true)
    return [
      failedService(
        gateway,
        `the network ${name} is made elsewhere: any container may be on it`,
        'networks',
        name,
      ),
    ];
  const neighbours = deployment.services.filter(
    (service) => service.role === 'neighbour' && service.networks?.[name] !== undefined,
  );
  return neighbours.map((neighbour) =>
    failedService(gateway, `${neighbour.name} is on the network ${name} as well`, 'networks', name),
  );
}
