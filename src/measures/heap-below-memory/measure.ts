import type { Service } from '../../deployment/deployment.ts';
import { fixOf, fixService, isUnknown } from '../fix-service.ts';
import { heapOf, mebibyte, setHeap } from '../limits.ts';
import { eachService, failedService, openclawRoles, passed, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

export const measure = defineMeasure({
  id: 'heap-below-memory',
  title: "Node's heap limit is below the memory limit",
  risk: { precondition: 'second-flaw', impact: 'outage' },
  rows: ['G5', 'G9'],
  references: { cis: ['5.11'], nist: ['4.4.3'], owasp: ['D7'] },
  why: 'A heap that may outgrow the container ends in a kill without warning, which loses work and leaves locks, instead of an orderly exit.',
  check: (deployment) => eachService(deployment, openclawRoles, look),
  fix: (failure, context) =>
    fixService(failure, context, (view) =>
      fixOf(
        `Keep Node's heap in ${view.name} at three quarters of its memory`,
        'safe',
        setHeap(view, view.service.limits?.memoryBytes ?? 0),
      ),
    ),
  weaken: (deployment) =>
    weakenGateway(deployment, (service) => ({
      environment: { ...service.environment, NODE_OPTIONS: '--max-old-space-size=65536' },
    })),
});

function look(service: Service): Outcome {
  const memory = service.limits?.memoryBytes;
  if (memory === undefined) return skipped(`${service.name}: no memory limit to compare with`);
  if (service.environment === undefined) return skipped(`${service.name}: the environment is not known`);
  if (isUnknown(service.environment['NODE_OPTIONS']))
    return skipped(`${service.name}: NODE_OPTIONS depends on a variable that is set nowhere`);
  const heap = heapOf({ service });
  if (heap === undefined)
    return failedService(
      service,
      'no --max-old-space-size in NODE_OPTIONS: Node sizes its heap without regard to what else needs memory',
      'environment',
    );
  if (heap * mebibyte >= memory)
    return failedService(
      service,
      `a heap of ${heap} MiB does not fit into ${Math.floor(memory / mebibyte)} MiB of memory`,
      'environment',
      'NODE_OPTIONS',
    );
  return passed();
}
