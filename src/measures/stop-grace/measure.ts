import { fixOf, fixService, set } from '../fix-service.ts';
import { eachService, failedService, field, passed } from '../look.ts';
import { defineMeasure } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

/** What OpenClaw needs to finish running turns and write its state; idle it stops within a second. */
const leastSeconds = 60;
/** As clawproof gives its own gateway. */
const fixedSeconds = 90;

export const measure = defineMeasure({
  id: 'stop-grace',
  title: 'The gateway gets enough time to stop in order',
  risk: { precondition: 'second-flaw', impact: 'outage' },
  rows: ['G9'],
  references: {},
  why: 'A gateway that is killed while it stops loses running work and leaves locks that delay its next start.',
  check: (deployment) =>
    eachService(deployment, ['gateway'], (service) =>
      field(service, 'stopGraceSeconds', (seconds) =>
        seconds < leastSeconds
          ? failedService(
              service,
              `it is killed ${seconds} seconds after it was asked to stop; it needs ${leastSeconds}`,
              'stop_grace_period',
            )
          : passed(),
      ),
    ),
  fix: (failure, context) =>
    fixService(failure, context, ({ name, at }) =>
      fixOf(`Give ${name} ${fixedSeconds} seconds to stop`, 'safe', [
        set(at('stop_grace_period'), `${fixedSeconds}s`),
      ]),
    ),
  weaken: (deployment) => weakenGateway(deployment, () => ({ stopGraceSeconds: 10 })),
});
