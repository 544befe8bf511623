import type { Service } from '../../deployment/deployment.ts';
import { eachService, failedService, openclawRoles, passed, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

const mebibyte = 1024 * 1024;
const heapPattern = /--max[-_]old[-_]space[-_]size[= ](\d+)/;

export const measure = defineMeasure({
  id: 'heap-below-memory',
  title: "Node's heap limit is below the memory limit",
  risk: { precondition: 'second-flaw', impact: 'outage' },
  rows: ['G5', 'G9'],
  references: { cis: ['5.11'] },
  why: 'A heap that may outgrow the container ends in a kill without warning, which loses work and leaves locks, instead of an orderly exit.',
  check: (deployment) => eachService(deployment, openclawRoles, look),
  weaken: (deployment) =>
    weakenGateway(deployment, (service) => ({
      environment: { ...service.environment, NODE_OPTIONS: '--max-old-space-size=65536' },
    })),
});

function look(service: Service): Outcome {
  const memory = service.limits?.memoryBytes;
  if (memory === undefined) return skipped(`${service.name}: no memory limit to compare with`);
  if (service.environment === undefined) return skipped(`${service.name}: the environment is not known`);
  const written =
    heapPattern.exec(service.environment['NODE_OPTIONS'] ?? '') ??
    heapPattern.exec([...(service.entrypoint ?? []), ...(service.command ?? [])].join(' '));
  if (!written)
    return failedService(
      service,
      'no --max-old-space-size in NODE_OPTIONS: Node sizes its heap without regard to what else needs memory',
      'environment',
    );
  const heap = Number(written[1]) * mebibyte;
  if (heap >= memory)
    return failedService(
      service,
      `a heap of ${written[1]} MiB does not fit into ${Math.floor(memory / mebibyte)} MiB of memory`,
      'environment',
      'NODE_OPTIONS',
    );
  return passed();
}
