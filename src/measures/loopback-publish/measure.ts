import type { PublishedPort, Service } from '../../deployment/deployment.ts';
import { eachService, failedService, failuresOr, field, ownRoles } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenService } from '../weaken.ts';

export const measure = defineMeasure({
  id: 'loopback-publish',
  title: "Ports are published on the host's loopback address only",
  risk: { precondition: 'reach', impact: 'exposure' },
  rows: ['G6', 'H5', 'R4'],
  references: {
    cis: ['5.9', '5.14'],
    nist: ['4.3.2'],
    owasp: ['D5a'],
    openclaw: ['gateway.bind_no_auth'],
    scanners: [
      'compose-lint CL-0005',
      'KICS 451d79dc',
      'docker-bench 5.14',
      'dclint no-unbound-port-interfaces',
      'DockSec port-bound-all-interfaces',
    ],
  },
  why: "Docker opens published ports past the host's firewall, so anybody who reaches the host may try tokens and exploits on the gateway.",
  check: (deployment) => eachService(deployment, ownRoles, look),
  weaken: (deployment) => {
    const role = deployment.services.find((service) => (service.ports?.length ?? 0) > 0)?.role ?? 'gateway';
    return weakenService(deployment, role, (service) => ({
      ports: (service.ports ?? []).map((port) => ({ ...port, hostAddress: '0.0.0.0' })),
    }));
  },
});

function look(service: Service): Outcome[] {
  if (service.networkMode === 'host')
    return [
      failedService(
        service,
        "it uses the host's network, so every port that it opens is open on every address of the host",
        'network_mode',
      ),
    ];
  return field(service, 'ports', (ports) =>
    failuresOr(ports.filter((port) => !isLoopback(port.hostAddress)).map((port) => exposed(service, port))),
  );
}

function exposed(service: Service, port: PublishedPort): Outcome {
  const address = port.hostAddress ?? 'all addresses';
  return failedService(
    service,
    `port ${port.containerPort}/${port.protocol} is published on ${address} of the host, port ${port.hostPort ?? 'chosen by the engine'}`,
    'ports',
  );
}

function isLoopback(address: string | undefined): boolean {
  return (
    address !== undefined &&
    (/^127(?:\.\d{1,3}){3}$/.test(address) || /^(?:::|(?:0+:){7}|(?:0+:)+:)0*1$/.test(address))
  );
}
