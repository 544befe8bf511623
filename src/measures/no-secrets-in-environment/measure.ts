import type { Service } from '../../deployment/deployment.ts';
import { hasUnknownVariable } from '../../documents/unknown-variable.ts';
import type { Failure, NoFix } from '../fix.ts';
import { fixService, type ServiceView } from '../fix-service.ts';
import { layoutOf, writableMount } from '../layout.ts';
import { eachService, failedPart, failuresOr, field, ownRoles, skipped, unknownIn } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { isSecretName, looksLikeSecret } from '../secret-patterns.ts';
import { weakenGateway } from '../weaken.ts';

const secretFlagPattern = /^--?(?:token|password|passwd|secret|api-?key|auth-token)(?:=(.+))?$/i;

export const measure = defineMeasure({
  id: 'no-secrets-in-environment',
  title: 'No secret is in the environment, the command line or a label',
  risk: { precondition: 'agent', impact: 'gateway' },
  rows: ['G8', 'G9', 'G12'],
  references: {
    cis: ['4.10'],
    nist: ['4.1.4'],
    owasp: ['D12', 'ASI03'],
    openclaw: ['config.secrets.gateway_password_in_config'],
    scanners: [
      'compose-lint CL-0020',
      'compose-lint CL-0021',
      'DockSec plaintext-secret-env',
      'kube-linter env-var-secret',
      'DockSec env-file-secret-risk',
      'docker-bench 4.10',
      'Polaris sensitiveContainerEnvVar',
      'Kubescape C-0012',
      'hadolint DL3064',
    ],
  },
  why: 'The environment shows in `docker inspect`, in crash reports and to every program that the agent starts.',
  check: (deployment) =>
    eachService(deployment, ownRoles, (service) =>
      field(service, 'environment', (environment) =>
        failuresOr([
          ...environmentFailures(service, environment),
          ...argumentFailures(service),
          ...handedOn(service),
          ...unknownIn(service, 'command', 'entrypoint'),
        ]),
      ),
    ),
  fix: (failure, context) => fixService(failure, context, (view) => explain(view, failure)),
  weaken: (deployment) =>
    weakenGateway(deployment, (service) => ({
      environment: { ...service.environment, OPENAI_API_KEY: 'x'.repeat(40) },
    })),
});

/** Only names are ever said; a value that was found stays where it is. */
function environmentFailures(service: Service, environment: Record<string, string>): Outcome[] {
  return Object.entries(environment)
    .filter(
      ([name, value]) =>
        isKnown(value) && ((isSecretName(name) && holdsSomething(value)) || looksLikeSecret(value)),
    )
    .map(([name]) => {
      const file = service.environmentFiles?.[name];
      const from = file === undefined ? '' : `, which comes from ${file}`;
      return failedPart(service, name, `${name} holds a secret${from}`, 'environment', name);
    });
}

/** Nobody here knows whether the shell of whoever starts it has a value. */
function handedOn(service: Service): Outcome[] {
  const names = (service.environmentFromHost ?? []).filter(isSecretName);
  return names.map((name) =>
    skipped(`${service.name}: ${name} is handed on from the environment, where it is not set`),
  );
}

function isKnown(text: string): boolean {
  return !hasUnknownVariable(text);
}

function holdsSomething(value: string): boolean {
  return (
    value !== '' && !/^(?:file:)?\//.test(value) && !/^(?:true|false|yes|no|on|off|\d{1,6})$/i.test(value)
  );
}

function argumentFailures(service: Service): Outcome[] {
  const parts: [string, string[]][] = [
    ['command', service.command ?? []],
    ['entrypoint', service.entrypoint ?? []],
    ['healthcheck', service.healthcheck?.test ?? []],
    ['labels', Object.values(service.labels ?? {})],
  ];
  return parts
    .filter(([, words]) => words.some((word, index) => isSecretArgument(word, words[index + 1])))
    .map(([part]) => failedPart(service, part, `its ${part} holds a secret`, part));
}

function isSecretArgument(word: string, next: string | undefined): boolean {
  const flag = secretFlagPattern.exec(word);
  const given = flag ? (flag[1] ?? next ?? '') : '';
  if (!isKnown(word + given)) return false;
  // A path, another option, and what a shell in the container puts in are no secrets.
  return looksLikeSecret(word) || (given !== '' && !/^[-/$]/.test(given));
}

/** A repair would have to write the secret into another file, and show it on the way. */
function explain(view: ServiceView, failure: Failure): NoFix {
  const { name, service, context } = view;
  const what = failure.key ?? '';
  const after = 'Then make a new one: the old one has been seen.';
  if (!Object.hasOwn(service.environment ?? {}, what))
    return {
      why: `Take the secret out of the ${what} of ${name}: the gateway's token belongs into openclaw.json as a SecretRef to a file, others into a file that is mounted as a secret. ${after}`,
    };
  if (service.role !== 'gateway' && service.role !== 'cli')
    return { why: `Hand ${what} to ${name} as a file below /run/secrets. ${after}` };
  const isElsewhere = context.deployment.services.some(
    (other) => other !== service && other.environment?.[what] !== undefined,
  );
  return {
    why: `Write the line ${what}=… into ${variablesFile(view)} (mode 0600, owner 1000), which OpenClaw reads when it starts, and remove ${what} here${isElsewhere ? ' and from the other services' : ''}; or mount it as a secret and refer to it from openclaw.json with a SecretRef. ${after}`,
  };
}

/** OpenClaw's own file of variables: on the host where the state folder is one of the host's. */
function variablesFile({ service, image }: ServiceView): string {
  const state = layoutOf(service, image)?.state ?? '/home/node/.openclaw';
  const mount = writableMount(service.mounts ?? [], state);
  return mount?.kind === 'bind' && mount.target === state
    ? `${mount.source}/.env`
    : `${state}/.env, inside of its volume`;
}
