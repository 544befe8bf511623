import type { Service } from '../../deployment/deployment.ts';
import { fixService, set, type ServiceView } from '../fix-service.ts';
import type { Change, Failure, Fix, NoFix } from '../fix.ts';
import { eachService, failedPart, failuresOr, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { isPlaceholder } from '../placeholder.ts';
import { optionValue, startWords } from '../start-arguments.ts';
import { weakenGateway } from '../weaken.ts';

const unconfigured = '--allow-unconfigured';
/** OpenClaw's own audit asks for this many characters. */
const leastLength = 24;
const secretVariables = ['OPENCLAW_GATEWAY_TOKEN', 'OPENCLAW_GATEWAY_PASSWORD', 'CLAWDBOT_GATEWAY_TOKEN'];

export const measure = defineMeasure({
  id: 'no-unconfigured-start',
  title: 'The gateway starts with its own configuration and a secret that nobody can guess',
  risk: { precondition: 'reach', impact: 'gateway' },
  rows: ['H6', 'G10'],
  references: {
    openclaw: ['gateway.loopback_no_auth', 'gateway.token_placeholder_value', 'gateway.token_too_short'],
    scanners: ['docker-bench 5.9'],
  },
  why: 'The command line wins over the file: one word there undoes what the configuration asks for.',
  check: (deployment) => eachService(deployment, ['gateway'], look),
  fix: (failure, context) => fixService(failure, context, (view) => repair(failure, view)),
  weaken: (deployment) =>
    weakenGateway(deployment, (service) => ({
      command: [...(service.command ?? ['openclaw', 'gateway']), '--auth', 'none'],
    })),
});

function look(service: Service): Outcome[] {
  const found = [...wordFailures(service), ...secretFailures(service)];
  const isKnown =
    service.command !== undefined || service.entrypoint !== undefined || service.isBuilt === true;
  return found.length === 0 && !isKnown
    ? [skipped(`${service.name}: nothing here tells the command, which the image decides`)]
    : failuresOr(found);
}

function wordFailures(service: Service): Outcome[] {
  const found: Outcome[] = [];
  if (startWords(service).includes(unconfigured))
    found.push(
      failedPart(
        service,
        unconfigured,
        `it is started with ${unconfigured}: without openclaw.json it runs on defaults`,
        'command',
      ),
    );
  if (optionValue(service, '--auth') === 'none')
    found.push(
      failedPart(
        service,
        '--auth',
        'it is started with --auth none: whoever reaches the port is in',
        'command',
      ),
    );
  return found;
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
  if (failure.key === unconfigured)
    return fixWords(view, / *--allow-unconfigured\b/, 1, {
      title: `Start the gateway without ${unconfigured}`,
      effect: 'Without openclaw.json the gateway refuses to start.',
    });
  if (failure.key === '--auth')
    return fixWords(view, / *--auth[= ]+["']?none["']?/, 2, {
      title: 'Let the gateway ask who it is talking to',
      effect: 'Clients must give the token of `gateway.auth`; the gateway makes one up where none is set.',
    });
  return {
    why: `A new secret must be made and given to those who use it: 32 random bytes in place of the value of ${failure.key ?? ''}, best in a file, see gateway-token.`,
  };
}

/** Takes an option out of the command, of `count` words where its value is a word of its own. */
function fixWords(
  view: ServiceView,
  pattern: RegExp,
  count: number,
  { title, effect }: { title: string; effect: string },
): Fix | NoFix {
  const changes = ['command', 'entrypoint'].flatMap((field): Change[] => {
    const words = view.data[field];
    if (typeof words === 'string' && pattern.test(words))
      return [set(view.at(field), words.replace(pattern, ''))];
    if (!Array.isArray(words)) return [];
    const list = words.map(String);
    const name = / \*(--[\w-]+)/.exec(pattern.source)?.[1] ?? '';
    const index = list.findIndex((word) => word === name || word.startsWith(`${name}=`));
    if (index !== -1) return [set(view.at(field), list.toSpliced(index, list[index] === name ? count : 1))];
    return list.some((word) => pattern.test(word))
      ? [
          set(
            view.at(field),
            list.map((word) => word.replace(pattern, '')),
          ),
        ]
      : [];
  });
  return changes.length === 0
    ? { why: 'The option comes from the image or from a variable; give the service a command without it.' }
    : { title, safety: 'unsafe', effect, changes };
}
