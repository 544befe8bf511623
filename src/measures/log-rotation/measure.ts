import type { EngineSettings, Service } from '../../deployment/deployment.ts';
import { fixService, fixOf, set, type ServiceView } from '../fix-service.ts';
import type { Fix } from '../fix.ts';
import { eachService, failedService, field, ownRoles, passed } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { isSettings } from '../settings.ts';
import { weakenGateway } from '../weaken.ts';

export const measure = defineMeasure({
  id: 'log-rotation',
  title: 'Logs are kept, and limited in size',
  risk: { precondition: 'agent', impact: 'outage' },
  rows: ['G5', 'G12'],
  references: { cis: ['2.13'], nist: ['4.4.5'], scanners: ['compose-lint CL-0014'] },
  why: "An agent that talks a lot fills the host's disk, and without a log nobody can tell what it did.",
  check: (deployment) =>
    eachService(deployment, ownRoles, (service) =>
      field(service, 'logging', (logging) => look(service, withDaemon(logging, deployment.engine))),
    ),
  fix: (failure, context) => fixService(failure, context, rotate),
  weaken: (deployment) => weakenGateway(deployment, () => ({ logging: { driver: 'json-file' } })),
});

function look(service: Service, { driver, maxSize }: NonNullable<Service['logging']>): Outcome {
  if (driver === 'none') return failedService(service, 'its log is thrown away', 'logging', 'driver');
  if (driver === undefined && maxSize === undefined)
    return failedService(
      service,
      "it leaves rotation to the daemon's settings, which by default have none",
      'logging',
    );
  if ((driver ?? 'json-file') === 'json-file' && (maxSize === undefined || maxSize === '-1'))
    return failedService(
      service,
      'its log file grows without limit: max-size is missing',
      'logging',
      'options',
    );
  return passed(
    driver === undefined || driver === 'json-file' || driver === 'local'
      ? undefined
      : `${driver} keeps and rotates it`,
  );
}

type Logging = NonNullable<Service['logging']>;

/** What the service leaves open is as daemon.json has it. */
function withDaemon(logging: Logging, engine: EngineSettings | undefined): Logging {
  if (logging.driver !== undefined || !engine?.settings) return logging;
  const { 'log-driver': driver, 'log-opts': options } = engine.settings;
  const maxSize = isSettings(options) ? options['max-size'] : undefined;
  return {
    ...(typeof driver === 'string' ? { driver } : {}),
    ...(typeof maxSize === 'string' ? { maxSize } : {}),
    ...logging,
  };
}

function rotate({ name, service, at }: ServiceView): Fix {
  const { maxFile } = service.logging ?? {};
  return fixOf(`Keep the log of ${name} in three files of 10 MB`, 'safe', [
    set(at('logging', 'driver'), 'json-file'),
    set(at('logging', 'options', 'max-size'), '10m'),
    ...(maxFile === undefined ? [set(at('logging', 'options', 'max-file'), '3')] : []),
  ]);
}
