import type { Deployment, Service } from '../../deployment/deployment.ts';
import { eachService, failedService, field, passed, skipped, unknownIn } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';

export const measure = defineMeasure({
  id: 'no-direct-egress',
  title: 'The gateway has no way out but through the egress proxy',
  risk: { precondition: 'agent', impact: 'gateway' },
  rows: ['G6'],
  references: {
    cis: ['5.30'],
    nist: ['4.3.3', '4.4.2'],
    owasp: ['D5', 'ASI05', 'ASI02'],
    scanners: ['Kubescape C-0030', 'Kubescape C-0052'],
  },
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
  const unknown = unknownIn(gateway, 'networkMode');
  if (unknown.length > 0) return unknown;
  if (gateway.networkMode === 'none') return [passed('no network at all')];
  // The owner chose it: said in every report as a remaining risk, and never as a pass.
  if (deployment.preset === 'baseline')
    return [skipped('preset baseline leaves the way out open; preset caged closes it')];
  if (gateway.networkMode === 'host' || gateway.networkMode === 'bridge')
    return [
      failedService(gateway, `the network of mode ${gateway.networkMode} leads anywhere`, 'network_mode'),
    ];
  return field(gateway, 'networks', (networks) => judge(deployment, gateway, Object.keys(networks)));
}

function judge(deployment: Deployment, gateway: Service, names: readonly string[]): Outcome[] {
  const isInternal = (name: string): boolean | undefined =>
    deployment.networks.find((network) => network.name === name)?.internal;
  const [open, ...others] = names.filter((name) => isInternal(name) === false);
  const unknown = names
    .filter((name) => isInternal(name) === undefined)
    .map((name) => skipped(`whether the network ${name} is internal is not known here`));
  if (open === undefined) return unknown.length > 0 ? unknown : [passed()];
  const all =
    others.length === 0 ? `the network ${open} is` : `the networks ${[open, ...others].join(', ')} are`;
  const detail = `${all} not internal: what is sent there gets anywhere, the private network and cloud metadata included`;
  return [failedService(gateway, detail, 'networks', open), ...unknown];
}
