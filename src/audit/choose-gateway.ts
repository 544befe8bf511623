import type { Deployment, Service } from '../deployment/deployment.ts';
import { GATEWAY } from '../render/layout.ts';
import type { AuditProblem } from './audit-report.ts';

const PRODUCT = /openclaw|clawdbot|moltbot/i;

/**
 * Says which service is the OpenClaw gateway: the one that the user named, those that were recognised by themselves, or,
 * where none was, the one that can only be it beside the others.
 * @returns problems of the user's choice
 */
export function chooseGateway(deployment: Deployment, named: string | undefined): AuditProblem[] {
  const { services } = deployment;
  if (named !== undefined) {
    if (!services.some(({ name }) => name === named)) return [missing(named, services)];
    deployment.services = services.map((service) => asNamed(service, named));
    return [];
  }
  if (services.some(({ role }) => role === 'gateway')) {
    deployment.services = withoutHelpers(services);
    return [];
  }
  const chosen = likeliest(services);
  if (chosen !== undefined)
    deployment.services = services.map((service) =>
      service === chosen.service ? { ...service, role: 'gateway', roleReason: chosen.reason } : service,
    );
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

/** A command line is never alone: where nothing runs the gateway, the one that runs OpenClaw all the time is it. */
function likeliest(services: readonly Service[]): { service: Service; reason: string } | undefined {
  const runsOn = (service: Service): boolean =>
    !isCommandLine(service) && service.role !== 'egress' && service.role !== 'ingress';
  const openclaw = services.filter(({ role }) => role === 'cli').filter(runsOn);
  const [only] = openclaw;
  if (only !== undefined && openclaw.length === 1)
    return { service: only, reason: `${only.roleReason ?? 'OpenClaw'}; nothing else here is the gateway` };
  const likely = services.filter((service) => runsOn(service) && bearsName(service));
  const [first] = likely.length === 1 ? likely : likely.filter(({ name }) => /gateway/i.test(name));
  return first && { service: first, reason: 'named after the product, as nothing else here that runs' };
}

/**
 * Where one service surely is the gateway, others that only use its image, its state or its name help it: they run the
 * command line, or something else altogether.
 */
function withoutHelpers(services: readonly Service[]): Service[] {
  const gateways = services.filter(({ role }) => role === 'gateway');
  const sure = gateways.filter((service) => !isCommandLine(service) && listens(service));
  if (sure.length === 0 || sure.length === gateways.length) return [...services];
  const images = new Set(sure.map(({ image }) => image?.reference));
  const names = sure.map(({ name }) => name).join(', ');
  return services.map((service) => {
    if (service.role !== 'gateway' || sure.includes(service)) return service;
    const isOpenclaw = images.has(service.image?.reference) || isCommandLine(service);
    const roleReason = `${service.roleReason ?? 'OpenClaw'}; the gateway is ${names}`;
    return { ...service, role: isOpenclaw ? 'cli' : 'neighbour', roleReason };
  });
}

/** It is told to, or others reach it on OpenClaw's port. */
function listens({ command = [], entrypoint = [], ports = [] }: Service): boolean {
  const words = [...entrypoint, ...command].flatMap((text) => text.split(/\s+/));
  return words.includes('gateway') || ports.some(({ containerPort }) => containerPort === GATEWAY.port);
}

function isCommandLine({ name, profiles = [] }: Service): boolean {
  return (
    /(?:^|[-_])(?:cli|setup|init|onboard|install|migrate|doctor)$/i.test(name) || profiles.includes('cli')
  );
}

function bearsName({ name, image, build }: Service): boolean {
  return PRODUCT.test(name) || PRODUCT.test(image?.reference ?? '') || PRODUCT.test(build?.context ?? '');
}
