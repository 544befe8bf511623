import type { Deployment, Service } from '../../deployment/deployment.ts';
import { eachService, failedPart, failuresOr, field, passed, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';

export const measure = defineMeasure({
  id: 'no-direct-egress',
  title: 'The gateway has no way out but through the egress proxy',
  risk: { precondition: 'agent', impact: 'gateway' },
  rows: ['G6'],
  references: { cis: ['5.30'], nist: ['4.3.3', '4.4.2'], owasp: ['D5', 'ASI05'] },
  why: 'With a free way out the agent can send everything that it knows anywhere, fetch a second stage and reach the private network.',
  check: (deployment) => eachService(deployment, ['gateway'], (service) => look(deployment, service)),
  noFix:
    'A network without a way out needs an egress proxy, or OpenClaw reaches no model. `clawproof up` with the preset `caged` builds both.',
  weaken: (deployment) => {
    const names = Object.keys(
      deployment.services.find((service) => service.role === 'gateway')?.networks ?? {},
    );
    return {
      ...deployment,
      networks: deployment.networks.map((network) =>
        names.includes(network.name) ? { ...network, internal: false } : network,
      ),
    };
  },
});

function look(deployment: Deployment, gateway: Service): Outcome[] {
  if (gateway.networkMode === 'none') return [passed('no network at all')];
  // The owner chose it: said in every report as a remaining risk, and never as a pass.
  if (deployment.preset === 'baseline')
    return [skipped('preset baseline leaves the way out open; preset caged closes it')];
  if (gateway.networkMode === 'host' || gateway.networkMode === 'bridge')
    return [
      failedPart(
        gateway,
        'network_mode',
        `the network of mode ${gateway.networkMode} leads anywhere`,
        'network_mode',
      ),
    ];
  return field(gateway, 'networks', (networks) =>
    failuresOr(Object.keys(networks).flatMap((name) => networkOutcomes(deployment, gateway, name))),
  );
}

function networkOutcomes(deployment: Deployment, gateway: Service, name: string): Outcome[] {
  const network = deployment.networks.find((candidate) => candidate.name === name);
  if (network?.internal === true) return [];
  if (network?.internal === undefined)
    return [skipped(`whether the network ${name} is internal is not known here`)];
  return [
    failedPart(
      gateway,
      name,
      `the network ${name} is not internal: it leads anywhere, the private network and cloud metadata included`,
      'networks',
      name,
    ),
  ];
}
