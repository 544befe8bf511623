import type { Deployment, Service } from '../deployment/deployment.ts';
import type { AuditProblem } from './audit-report.ts';

/**
 * The user knows better which service is the OpenClaw gateway; then no other one is.
 * @returns why it cannot be
 */
export function chooseGateway(deployment: Deployment, named: string | undefined): AuditProblem[] {
  if (named === undefined) return [];
  const { services } = deployment;
  if (!services.some(({ name }) => name === named)) return [missing(named, services)];
  deployment.services = services.map((service) => asNamed(service, named));
  return [];
}

function asNamed(service: Service, named: string): Service {
  if (service.name === named) return { ...service, role: 'gateway', roleReason: 'named with --service' };
  return service.role === 'gateway'
    ? { ...service, role: 'neighbour', roleReason: `${named} was named with --service` }
    : service;
}

function missing(named: string, services: readonly Service[]): AuditProblem {
  const names = services.map(({ name }) => name).join(', ') || 'none at all';
  return {
    id: 'service-missing',
    message: `There is no service ${named} in this deployment; it has: ${names}.`,
  };
}
