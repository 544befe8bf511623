import type { Service } from '../../deployment/deployment.ts';
import { eachService, failedService, passed, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

/** Programs that only ask. */
const askingPattern = /(?:^|[\s/"'])(?:curl|wget|nc|ncat|httpie?|xh)\b|\bfetch\s*\(|http\.(?:get|request)\b/;
/** Signs that the check itself ends what hangs. */
const endingPattern = /\bp?kill\b|^\/opt\/clawproof\/|\s\/opt\/clawproof\//;
/** The official image's own check asks for /healthz and does nothing else. */
const unhealthyIsOnlyMarked = 'plain Docker never restarts a container because it is unhealthy';

export const measure = defineMeasure({
  id: 'self-healing',
  title: 'A gateway that hangs is noticed and ended, so that it starts anew',
  risk: { precondition: 'agent', impact: 'outage' },
  rows: ['H8'],
  references: {
    cis: ['4.6', '5.27'],
    nist: ['4.4.5'],
    scanners: ['KICS 698ed579', 'docker-bench 5.27', 'DockSec missing-healthcheck'],
  },
  why: 'A gateway whose event loop is blocked still runs: nothing restarts it, and nobody notices until a message stays unanswered.',
  check: (deployment) => eachService(deployment, ['gateway'], look),
  weaken: (deployment) =>
    weakenGateway(deployment, () => ({ healthcheck: { test: ['NONE'], disabled: true } })),
});

function look(service: Service): Outcome {
  const { healthcheck } = service;
  if (healthcheck === undefined)
    return skipped(`${service.name}: the health check is left to the image; ${unhealthyIsOnlyMarked}`);
  if (healthcheck === null) return failedService(service, 'it has no health check', 'healthcheck');
  if (healthcheck.disabled) return failedService(service, 'its health check is switched off', 'healthcheck');
  const test = healthcheck.test.join(' ');
  if (test === '')
    return skipped(`${service.name}: what is checked is left to the image; ${unhealthyIsOnlyMarked}`);
  if (endingPattern.test(test)) return passed();
  if (askingPattern.test(test))
    return failedService(
      service,
      `its health check only asks, and ${unhealthyIsOnlyMarked}`,
      'healthcheck',
      'test',
    );
  return skipped(`${service.name}: only a hung twin can tell whether its health check ends what hangs`);
}
