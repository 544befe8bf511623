import type { Deployment, Service } from '../../deployment/deployment.ts';
import { fixService } from '../fix-service.ts';
import { eachService, failedPart, failuresOr, field, passed, skipped, unknownIn } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { separate } from './separate.ts';

export const measure = defineMeasure({
  id: 'isolated-network',
  title: 'The gateway has a network of its own, without neighbours',
  risk: { precondition: 'agent', impact: 'exposure' },
  rows: ['G6', 'H9'],
  references: {
    cis: ['5.30', '2.1'],
    nist: ['4.3.3'],
    owasp: ['D5'],
    scanners: [
      'KICS ce14a68b',
      'docker-bench 5.30',
      'DockSec no-network-segmentation',
      'Polaris missingNetworkPolicy',
      'Kubescape C-0030',
    ],
  },
  why: 'Containers on one network reach all ports of each other, so the agent reaches databases and panels that trust their network.',
  check: (deployment) => eachService(deployment, ['gateway'], (service) => look(deployment, service)),
  fix: (failure, context) => fixService(failure, context, (view) => separate(view, failure)),
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
  const { networkMode = '' } = gateway;
  const unknown = unknownIn(gateway, 'networkMode');
  if (unknown.length > 0) return unknown;
  if (networkMode === 'none') return [passed('no network at all')];
  if (networkMode === 'host') return [skipped(`${gateway.name}: it uses the host's network`)];
  if (networkMode === 'bridge')
    return [
      failedPart(
        gateway,
        'network_mode',
        "it is on the engine's default bridge, like every container that nobody thought about",
        'network_mode',
      ),
    ];
  return field(gateway, 'networks', (networks) => {
    const names = Object.keys(networks);
    return failuresOr([
      ...names.flatMap((name) => madeElsewhere(deployment, gateway, name)),
      ...neighbours(deployment, gateway, names),
    ]);
  });
}

function madeElsewhere(deployment: Deployment, gateway: Service, name: string): Outcome[] {
  if (isDefaultBridge(deployment, name))
    return [failedPart(gateway, 'bridge', "it is on the engine's default bridge", 'networks')];
  if (!isExternal(deployment, name)) return [];
  return [
    failedPart(
      gateway,
      `external ${name}`,
      `the network ${name} is made elsewhere: any container may be on it`,
      'networks',
      name,
    ),
  ];
}

function isExternal({ networks }: Deployment, name: string): boolean {
  return networks.find((network) => network.name === name)?.external === true;
}

function isDefaultBridge({ evidence }: Deployment, name: string): boolean {
  return name === 'bridge' && evidence === 'effective';
}

/** One failure for each neighbour, whichever networks it shares: it stays the same one when the networks change. */
function neighbours(deployment: Deployment, gateway: Service, names: readonly string[]): Outcome[] {
  const own = names.filter((name) => !isExternal(deployment, name) && !isDefaultBridge(deployment, name));
  return deployment.services.flatMap(({ name, role, networks }) => {
    if (role !== 'neighbour') return [];
    const [first, ...others] = own.filter((network) => networks?.[network] !== undefined);
    if (first === undefined) return [];
    const where = others.length === 0 ? `network ${first}` : `networks ${[first, ...others].join(' and ')}`;
    return [
      failedPart(gateway, `neighbour ${name}`, `${name} is on the ${where} as well`, 'networks', first),
    ];
  });
}
