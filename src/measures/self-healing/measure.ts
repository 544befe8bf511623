import type { Deployment, Service } from '../../deployment/deployment.ts';
import { fixOf, fixService, set, type ServiceView } from '../fix-service.ts';
import type { Change, Fix, NoFix, PlainValue } from '../fix.ts';
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
    owasp: ['D7'],
    scanners: ['KICS 698ed579', 'docker-bench 5.27', 'DockSec missing-healthcheck', 'docker-bench 4.6'],
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
  const { name, image } = view;
  if (image.needsPidOne)
    return {
      why: `The image of ${name} brings an init of its own that supervises its programs; let that one restart the gateway.`,
    };
  return fixOf(
    `End ${name} when it hangs, so that it is started anew`,
    'safe',
    changes(view),
    'A gateway that has answered before and does not three times in a row is ended and started again.',
  );
}

/** The check, what it needs of the container, and times where the file has none that fit. */
function changes(view: ServiceView): Change[] {
  const { service, at, context } = view;
  const { timeoutSeconds = 0, disabled } = service.healthcheck ?? {};
  // The check reads the variable itself, where it decides.
  const isByVariable =
    portOption(service) === undefined && service.environment?.['OPENCLAW_GATEWAY_PORT'] !== undefined;
  const port = isByVariable ? undefined : gatewayPort(service, context.deployment);
  const wanted: [key: string, value: PlainValue, isMissing: boolean][] = [
    ['test', ['CMD', 'node', '-e', inlineHealthCheck(port)], true],
    ['interval', '15s', !has(view, 'interval')],
    ['timeout', '10s', timeoutSeconds < 10],
    ['retries', 3, !has(view, 'retries')],
    ['start_period', '120s', !has(view, 'start_period')],
  ];
  const changed = wanted.flatMap(([key, value, isMissing]) =>
    isMissing ? [set(at('healthcheck', key), value)] : [],
  );
  if (disabled === true && has(view, 'disable')) changed.push(set(at('healthcheck', 'disable'), false));
  if (service.init !== true) changed.push(set(at('init'), true));
  if (!restartsAnyway.test(service.restart ?? '')) changed.push(set(at('restart'), 'unless-stopped'));
  return changed;
}

function has(view: ServiceView, key: string): boolean {
  const healthcheck = view.data['healthcheck'];
  return isSettings(healthcheck) && healthcheck[key] !== undefined;
}
