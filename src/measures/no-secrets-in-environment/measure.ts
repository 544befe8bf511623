import type { Service } from '../../deployment/deployment.ts';
import { eachService, failedService, failuresOr, field, ownRoles } from '../look.ts';
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
    owasp: ['D12'],
    scanners: [
      'compose-lint CL-0020',
      'compose-lint CL-0021',
      'DockSec plaintext-secret-env',
      'kube-linter env-var-secret',
    ],
  },
  why: 'The environment shows in `docker inspect`, in crash reports and to every program that the agent starts.',
  check: (deployment) =>
    eachService(deployment, ownRoles, (service) =>
      field(service, 'environment', (environment) =>
        failuresOr([...environmentFailures(service, environment), ...argumentFailures(service)]),
      ),
    ),
  weaken: (deployment) =>
    weakenGateway(deployment, (service) => ({
      environment: { ...service.environment, OPENAI_API_KEY: 'x'.repeat(40) },
    })),
});

/** Only names are ever said; a value that was found stays where it is. */
function environmentFailures(service: Service, environment: Record<string, string>): Outcome[] {
  const named = Object.entries(environment).filter(
    ([name, value]) => (isSecretName(name) && holdsSomething(value)) || looksLikeSecret(value),
  );
  const handedOn = (service.environmentFromHost ?? []).filter(isSecretName);
  return [...named.map(([name]) => name), ...handedOn].map((name) =>
    failedService(service, `${name} holds a secret`, 'environment', name),
  );
}

function holdsSomething(value: string): boolean {
  return value !== '' && !value.startsWith('/') && !/^(?:true|false|yes|no|on|off|\d{1,6})$/i.test(value);
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
    .map(([part]) => failedService(service, `its ${part} holds a secret`, part));
}

function isSecretArgument(word: string, next: string | undefined): boolean {
  const flag = secretFlagPattern.exec(word);
  const given = flag ? (flag[1] ?? next ?? '') : '';
  return looksLikeSecret(word) || (given !== '' && !given.startsWith('-') && !given.startsWith('/'));
}
