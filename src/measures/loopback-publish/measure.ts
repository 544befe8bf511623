import type { Deployment, PublishedPort, Service } from '../../deployment/deployment.ts';
import { fixOf, fixService, type ServiceView } from '../fix-service.ts';
import type { Failure, Fix, NoFix } from '../fix.ts';
import { leaveHostNetwork } from '../host-network.ts';
import { eachService, failedPart, failuresOr, field, ownRoles, passed, skipped, unknownIn } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { isLoopback, publishOnLoopback } from '../publish.ts';
import { weakenService } from '../weaken.ts';

/** HTTPS, and the redirect to it, in the container of the edge. */
const EDGE_PORTS = [8443, 8080];

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
      'docker-bench 5.9',
      'KICS bc2908f3',
    ],
  },
  why: "Docker opens published ports past the host's firewall, so anybody who reaches the host may try tokens and exploits on the gateway.",
  check: (deployment) => eachService(deployment, ownRoles, (service) => look(deployment, service)),
  fix: (failure, context) => fixService(failure, context, (view) => bind(view, failure)),
  weaken: (deployment) => {
    const role =
      deployment.services.find(({ role: each, ports = [] }) => each !== 'edge' && ports.length > 0)?.role ??
      'gateway';
    return weakenService(deployment, role, (service) => ({
      ports: (service.ports ?? []).map((port) => ({ ...port, hostAddress: '0.0.0.0' })),
    }));
  },
});

function look(deployment: Deployment, service: Service): Outcome[] {
  const unknown = unknownIn(service, 'networkMode');
  if (unknown.length > 0) return unknown;
  if (service.networkMode === 'host')
    return [
      failedPart(
        service,
        'network_mode',
        "it uses the host's network, so every port that it opens is open on every address of the host",
        'network_mode',
      ),
    ];
  // A container in the network of another service is published by that one.
  const [kind, owner] = (service.networkMode ?? '').split(':');
  const publisher = kind === 'service' ? deployment.services.find(({ name }) => name === owner) : service;
  if (!publisher) return [skipped(`${service.name}: the container whose network it uses was not looked at`)];
  if (publisher !== service && (ownRoles.includes(publisher.role) || service.role === 'cli'))
    return [passed(`${publisher.name} publishes its ports`)];
  return field(publisher, 'ports', (ports) =>
    failuresOr(
      ports
        .filter((port) => !isLoopback(port.hostAddress) && !isDoor(publisher, port))
        .map((port) => exposed(publisher, port)),
    ),
  );
}

/** What "clawproof expose https" opens is meant to be reached: TLS with a limit for each address, and what leads to it. */
function isDoor({ role }: Service, { containerPort, protocol }: PublishedPort): boolean {
  return role === 'edge' && protocol === 'tcp' && EDGE_PORTS.includes(containerPort);
}

function exposed(service: Service, port: PublishedPort): Outcome {
  const address = port.hostAddress ?? 'all addresses';
  return failedPart(
    service,
    `${address} ${port.hostPort ?? ''}:${port.containerPort}/${port.protocol}`,
    `port ${port.containerPort}/${port.protocol} is published on ${address} of the host, port ${port.hostPort ?? 'chosen by the engine'}`,
    'ports',
    ...(port.entry === undefined ? [] : [port.entry]),
  );
}

function bind(view: ServiceView, failure: Failure): Fix | NoFix {
  if (failure.key === 'network_mode') return leaveHostNetwork(view);
  const entry = Number(failure.at?.path[3]);
  const changes = publishOnLoopback(view, entry);
  if (!changes)
    return {
      why: `How this port of ${view.name} is written is not understood; put 127.0.0.1: in front of it by hand.`,
    };
  const port = view.service.ports?.find((candidate) => candidate.entry === entry);
  const isEverywhere = /^(?:|0\.0\.0\.0|\*|[0:]+)$/.test(port?.hostAddress ?? '');
  const title = `Publish port ${port?.containerPort ?? ''} of ${view.name} on the loopback address only`;
  const how = 'use an SSH tunnel, a VPN, Tailscale or a proxy with TLS and a login';
  return isEverywhere
    ? fixOf(title, 'safe', changes, `Other machines no longer reach it directly; ${how}.`)
    : fixOf(
        title,
        'unsafe',
        changes,
        `Machines that used the address ${port?.hostAddress} no longer reach it; ${how}.`,
      );
}
