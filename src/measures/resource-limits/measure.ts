import type { Service } from '../../deployment/deployment.ts';
import { eachService, failedService, failuresOr, field, ownRoles } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

const mebibyte = 1024 * 1024;
/** A gateway that starts needs 850 MiB at its peak; with 1 GiB it was killed 43 s after its first start. */
export const leastGatewayMemory = 1536 * mebibyte;

export const measure = defineMeasure({
  id: 'resource-limits',
  title: 'Memory, swap, CPU time and processes are limited',
  risk: { precondition: 'agent', impact: 'outage' },
  rows: ['G5', 'H4'],
  references: {
    cis: ['5.11', '5.12', '5.29'],
    nist: ['4.4.3'],
    owasp: ['D7'],
    scanners: [
      'compose-lint CL-0026',
      'KICS bb9ac4f7',
      'KICS 6b610c50',
      'KICS 221e0658',
      'docker-bench 5.11',
      'docker-bench 5.29',
    ],
  },
  why: 'A runaway command or a fork bomb started by the agent takes the whole host down with it.',
  check: (deployment) =>
    eachService(deployment, ownRoles, (service) =>
      field(service, 'limits', (limits) => failuresOr(failures(service, limits))),
    ),
  weaken: (deployment) =>
    weakenGateway(deployment, (service) => {
      const { pids: _, ...limits } = service.limits ?? {};
      return { limits };
    }),
});

function failures(service: Service, limits: NonNullable<Service['limits']>): Outcome[] {
  const { memoryBytes, memorySwapBytes, cpus, pids } = limits;
  const found: Outcome[] = [];
  if (memoryBytes === undefined)
    found.push(failedService(service, 'no memory limit', 'deploy', 'resources', 'limits'));
  else found.push(...memoryFailures(service, memoryBytes, memorySwapBytes));
  if (cpus === undefined) found.push(failedService(service, 'no CPU limit', 'deploy', 'resources', 'limits'));
  if (pids === undefined)
    found.push(failedService(service, 'no limit of processes: a fork bomb stops the host', 'pids_limit'));
  return found;
}

function memoryFailures(service: Service, memory: number, swap: number | undefined): Outcome[] {
  const found: Outcome[] = [];
  const isOpenClaw = service.role === 'gateway' || service.role === 'cli';
  if (isOpenClaw && memory < leastGatewayMemory) {
    found.push(
      failedService(
        service,
        `a memory limit of ${Math.floor(memory / mebibyte)} MiB kills OpenClaw while it starts; it needs ${leastGatewayMemory / mebibyte} MiB, better 2 GiB`,
        'deploy',
        'resources',
        'limits',
        'memory',
      ),
    );
  }
  if (swap === -1)
    found.push(
      failedService(
        service,
        'swap is unlimited, so the memory limit only moves the load to the disk',
        'memswap_limit',
      ),
    );
  else if (swap === undefined)
    found.push(
      failedService(
        service,
        'no swap limit: the engine then allows as much swap again as memory',
        'memswap_limit',
      ),
    );
  else if (swap > memory)
    found.push(
      failedService(
        service,
        'the swap limit is above the memory limit: a leak makes the host slow instead of ending in a restart',
        'memswap_limit',
      ),
    );
  return found;
}
