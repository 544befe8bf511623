import type { Deployment, Service } from '../../deployment/deployment.ts';
import { fixOf, fixService, remove, set, type ServiceView } from '../fix-service.ts';
import type { Fix, NoFix } from '../fix.ts';
import { gatewayPort, portOption } from '../gateway-port.ts';
import { eachService, failedService, passed, skipped, unknownIn } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { imageOf } from '../service-image.ts';
import { isSettings } from '../settings.ts';
import { weakenGateway } from '../weaken.ts';
import { inlineHealthCheck } from './inline-check.ts';

/** Programs that only ask. */
const askingPattern = /(?:^|[\s/"'])(?:curl|wget|nc|ncat|httpie?|xh)\b|\bfetch\s*\(|http\.(?:get|request)\b/;
/** Signs that the check itself ends what hangs. */
const endingPattern = /\bp?kill\b|^\/opt\/clawproof\/|\s\/opt\/clawproof\//;
const unhealthyIsOnlyMarked = 'plain Docker never restarts a container because it is unhealthy';

/** Restart policies that bring back what was killed. */
const restartsAnyway = /^(?:always|unless-stopped|on-failure)/;

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
  check: (deployment) => eachService(deployment, ['gateway'], (service) => look(deployment, service)),
  fix: (failure, context) => fixService(failure, context, mend),
  weaken: (deployment) =>
    weakenGateway(deployment, () => ({ healthcheck: { test: ['NONE'], disabled: true } })),
});

function look(deployment: Deployment, service: Service): Outcome {
  const { healthcheck } = service;
  if (healthcheck === null) return failedService(service, 'it has no health check', 'healthcheck');
  if (healthcheck?.disabled === true)
    return failedService(service, 'its health check is switched off', 'healthcheck');
  const test = healthcheck?.test.join(' ') ?? '';
  if (test === '') return judgeImage(deployment, service);
  if (endingPattern.test(test)) return passed();
  if (askingPattern.test(test))
    return failedService(
      service,
      `its health check only asks, and ${unhealthyIsOnlyMarked}`,
      'healthcheck',
      'test',
    );
  const [unknown] = unknownIn(service, 'healthcheck');
  return (
    unknown ?? skipped(`${service.name}: only a hung twin can tell whether its health check ends what hangs`)
  );
}

function judgeImage(deployment: Deployment, service: Service): Outcome {
  // Of the engine's own evidence the image's check would be part.
  return imageOf(service, deployment).kind === 'official'
    ? failedService(
        service,
        `the health check of the official image only asks, and ${unhealthyIsOnlyMarked}`,
        'healthcheck',
      )
    : skipped(`${service.name}: the health check is left to the image; ${unhealthyIsOnlyMarked}`);
}

function mend(view: ServiceView): Fix | NoFix {
  const { name, service, image, at, context } = view;
  if (image.needsPidOne)
    return {
      why: `The image of ${name} brings an init of its own that supervises its programs; let that one restart the gateway.`,
    };
  const port = gatewayPort(service, context.deployment);
  const isUsual =
    port === undefined || port === 18_789 || service.environment?.['OPENCLAW_GATEWAY_PORT'] !== undefined;
  const check = inlineHealthCheck(isUsual && portOption(service) === undefined ? undefined : port);
  const { intervalSeconds, timeoutSeconds, disabled } = service.healthcheck ?? {};
  const changes = [
    ...(disabled === true && view.data['healthcheck'] !== undefined
      ? [remove(at('healthcheck', 'disable'))]
      : []),
    set(at('healthcheck', 'test'), ['CMD', 'node', '-e', check]),
    ...(intervalSeconds === undefined ? [set(at('healthcheck', 'interval'), '30s')] : []),
    ...(timeoutSeconds === undefined || timeoutSeconds < 10
      ? [set(at('healthcheck', 'timeout'), '10s')]
      : []),
    ...(has(view, 'retries') ? [] : [set(at('healthcheck', 'retries'), 3)]),
    ...(has(view, 'start_period') ? [] : [set(at('healthcheck', 'start_period'), '120s')]),
    ...(service.init === true ? [] : [set(at('init'), true)]),
    ...(restartsAnyway.test(service.restart ?? '') ? [] : [set(at('restart'), 'unless-stopped')]),
  ];
  return fixOf(
    `End ${name} when it hangs, so that it is started anew`,
    'safe',
    changes,
    'A gateway that has answered before and does not three times in a row is ended and started again.',
  );
}

function has(view: ServiceView, key: string): boolean {
  const healthcheck = view.data['healthcheck'];
  return isSettings(healthcheck) && healthcheck[key] !== undefined;
}
