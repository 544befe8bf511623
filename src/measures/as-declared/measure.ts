import type { Deployment, Service } from '../../deployment/deployment.ts';
import { failedService, failuresOr, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { differences } from './comparable.ts';

export const measure = defineMeasure({
  id: 'as-declared',
  title: 'What runs is what the files declare',
  risk: { precondition: 'second-flaw', impact: 'gateway' },
  rows: ['G11'],
  references: { nist: ['4.4.4'], owasp: ['D13'] },
  why: 'A container that was started by hand, or before the files were hardened, lacks protections that everybody believes in.',
  check: (deployment) => {
    const { evidence, declared } = deployment;
    if (evidence !== 'effective' || declared === undefined)
      return [skipped('only a running container together with its files can show it (--live)')];
    return [...compareServices(declared, deployment), ...undeclared(declared, deployment)];
  },
  noFix:
    'The files are not what is wrong. Make the containers anew from them: docker compose up --detach --force-recreate',
  weaken: (deployment) => ({
    ...deployment,
    evidence: 'effective',
    declared: deployment,
    services: deployment.services.map((service) =>
      service.role === 'gateway' ? { ...service, limits: { ...service.limits, cpus: 7 } } : service,
    ),
  }),
});

function compareServices(declared: Deployment, effective: Deployment): Outcome[] {
  return declared.services.flatMap((service) => {
    const running = effective.services.filter(({ name }) => name === service.name);
    // What starts only when it is asked for need not be there.
    if (running.length === 0)
      return (service.profiles ?? []).length > 0 || service.role === 'cli'
        ? []
        : [skipped(`${service.name}: it has no container`)];
    return running.flatMap((container) => failuresOr(compare(service, container)));
  });
}

function compare(declared: Service, effective: Service): Outcome[] {
  return differences(declared, effective).map(({ path, wanted, got }) => ({
    ...failedService(declared, `${path.join('.')} is declared as ${wanted}, and in effect ${got}`, ...path),
    key: path.join('.'),
  }));
}

function undeclared(declared: Deployment, effective: Deployment): Outcome[] {
  const names = new Set(declared.services.map(({ name }) => name));
  return effective.services
    .filter(({ name }) => !names.has(name))
    .map((service) => failedService(service, 'it runs, and no file declares it'));
}
