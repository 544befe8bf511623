import type { Service } from '../../deployment/deployment.ts';
import { fixOf, fixService, type ServiceView } from '../fix-service.ts';
import type { Failure, Fix, NoFix } from '../fix.ts';
import { eachService, failedPart, failuresOr, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { isPlaceholder } from '../placeholder.ts';
import { optionValue } from '../start-arguments.ts';
import { weakenGateway } from '../weaken.ts';
import { withoutOption } from '../without-option.ts';

/** OpenClaw's own audit asks for this many characters. */
const leastLength = 24;
const secretVariables = ['OPENCLAW_GATEWAY_TOKEN', 'OPENCLAW_GATEWAY_PASSWORD', 'CLAWDBOT_GATEWAY_TOKEN'];

export const measure = defineMeasure({
  id: 'start-secret',
  title: 'The gateway is started with a secret that nobody can guess',
  risk: { precondition: 'reach', impact: 'gateway' },
  rows: ['H6', 'G10'],
  references: {
    openclaw: ['gateway.loopback_no_auth', 'gateway.token_placeholder_value', 'gateway.token_too_short'],
    scanners: ['docker-bench 5.9'],
  },
  why: 'The command line and the environment win over the file: one word there undoes what the configuration asks for.',
  check: (deployment) => eachService(deployment, ['gateway'], look),
  fix: (failure, context) => fixService(failure, context, (view) => repair(failure, view)),
  weaken: (deployment) =>
    weakenGateway(deployment, (service) => ({
      command: [...(service.command ?? ['openclaw', 'gateway']), '--auth', 'none'],
    })),
});

function look(service: Service): Outcome[] {
  const found = [...authFailures(service), ...secretFailures(service)];
  const isKnown =
    service.command !== undefined || service.entrypoint !== undefined || service.isBuilt === true;
  return found.length === 0 && !isKnown
    ? [skipped(`${service.name}: nothing here tells the command, which the image decides`)]
    : failuresOr(found);
}

function authFailures(service: Service): Outcome[] {
  return optionValue(service, '--auth') === 'none'
    ? [
        failedPart(
          service,
          '--auth',
          'it is started with --auth none: whoever reaches the port is in',
          'command',
        ),
      ]
    : [];
}

/** Only names and lengths are ever said. */
function secretFailures(service: Service): Outcome[] {
  const written: [key: string, value: string | undefined, ...path: string[]][] = [
    ...secretVariables.map((name): [string, string | undefined, string, string] => [
      name,
      service.environment?.[name],
      'environment',
      name,
    ]),
    ['--token', optionValue(service, '--token'), 'command'],
    ['--password', optionValue(service, '--password'), 'command'],
  ];
  return written.flatMap(([key, value, ...path]) => {
    // A reference or the mark of an unset variable is no value.
    if (value === undefined || value === '' || /[$\uFDD0]/.test(value)) return [];
    const isWeak = value.length < leastLength || isPlaceholder(value);
    return isWeak
      ? [
          failedPart(
            service,
            key,
            `${key} is a placeholder or shorter than ${leastLength} characters`,
            ...path,
          ),
        ]
      : [];
  });
}

function repair(failure: Failure, view: ServiceView): Fix | NoFix {
  if (failure.key !== '--auth')
    return {
      why: `A new secret must be made and given to those who use it: 32 random bytes in place of the value of ${failure.key ?? ''}, best in a file, see gateway-token.`,
    };
  const changes = withoutOption(view, '--auth', 'none');
  return changes.length === 0
    ? { why: 'The option comes from the image or from a variable; give the service a command without it.' }
    : fixOf(
        'Let the gateway ask who it is talking to',
        'unsafe',
        changes,
        'Clients must give the token of `gateway.auth`; the gateway makes one up where none is set.',
      );
}
