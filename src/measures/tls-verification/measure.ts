import type { DockerfileFacts, Service } from '../../deployment/deployment.ts';
import { pairsOf, rangeInFile } from '../../deployment/dockerfile/pairs.ts';
import { failedDockerfile } from '../dockerfile.ts';
import { fixOf, fixService, remove } from '../fix-service.ts';
import type { Failure, Fix, FixContext, NoFix } from '../fix.ts';
import { eachService, failedPart, failuresOr, field, ownRoles } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

const off = /^["']?(?:0|false|no|off)["']?$/i;
const on = /^["']?(?:1|true|yes|on)["']?$/i;

/** Variables that switch the check of certificates off, and the values that do it. */
const switches: readonly { name: RegExp; value: RegExp; program: string }[] = [
  {
    name: /^NODE_TLS_REJECT_UNAUTHORIZED$/,
    value: /^["']?0["']?$/,
    program: 'Node.js, and with it OpenClaw,',
  },
  { name: /^GIT_SSL_NO_VERIFY$/, value: on, program: 'git' },
  { name: /^PYTHONHTTPSVERIFY$/, value: /^["']?0["']?$/, program: 'Python' },
  { name: /^npm_config_strict_ssl$/i, value: off, program: 'npm' },
  { name: /^YARN_ENABLE_STRICT_SSL$/, value: off, program: 'Yarn' },
  { name: /^BUN_CONFIG_NO_VERIFY$/, value: on, program: 'Bun' },
  { name: /^PIP_TRUSTED_HOST$/, value: /\S/, program: 'pip' },
  { name: /^(?:CURL_INSECURE|GODEBUG_INSECURE|SSL_NO_VERIFY)$/, value: on, program: 'a program' },
];
const optionsPattern = /--(?:tls-min-v1\.[01]|insecure-http-parser)\b/;

export const measure = defineMeasure({
  id: 'tls-verification',
  title: 'Certificates of servers are checked',
  risk: { precondition: 'second-flaw', impact: 'gateway' },
  rows: ['G8', 'G11'],
  references: {
    nist: ['4.2.1'],
    owasp: ['D13'],
    scanners: [
      'Checkov CKV2_DOCKER_5',
      'Checkov CKV2_DOCKER_6',
      'Checkov CKV2_DOCKER_12',
      'Checkov CKV2_DOCKER_14',
    ],
  },
  why: 'Anybody between OpenClaw and a provider can pass for it, read the API key in the first request, and answer in the name of the model.',
  check: (deployment) => [
    ...eachService(deployment, ownRoles, (service) =>
      field(service, 'environment', (environment) => failuresOr(environmentFailures(service, environment))),
    ),
    ...(deployment.dockerfiles ?? []).flatMap(imageFailures),
  ],
  fix,
  weaken: (deployment) =>
    weakenGateway(deployment, ({ environment }) => ({
      environment: { ...environment, NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    })),
});

function switchedOff(name: string, value: string): string | undefined {
  if (name === 'NODE_OPTIONS' && optionsPattern.test(value)) return 'Node.js, and with it OpenClaw,';
  return switches.find((one) => one.name.test(name) && one.value.test(value.trim()))?.program;
}

function environmentFailures(service: Service, environment: Record<string, string>): Outcome[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    const program = switchedOff(name, value);
    return program === undefined
      ? []
      : [failedPart(service, name, `with ${name} ${program} accepts any certificate`, 'environment', name)];
  });
}

function imageFailures(facts: DockerfileFacts): Outcome[] {
  return facts.instructions
    .filter(({ keyword, stage }) => keyword === 'ENV' && facts.stages[stage]?.isInImage === true)
    .flatMap((instruction) =>
      pairsOf(instruction).flatMap(({ name, value = '', start }) => {
        const program = switchedOff(name, value);
        const range = rangeInFile(instruction, start, start + name.length);
        return program === undefined
          ? []
          : [
              failedDockerfile(
                facts,
                `ENV ${name}`,
                `with ENV ${name} ${program} accepts any certificate`,
                range,
              ),
            ];
      }),
    );
}

function fix(failure: Failure, context: FixContext): Fix | NoFix {
  const name = failure.key ?? '';
  if (failure.at?.document === 'file' || name.startsWith('ENV ') || name === 'NODE_OPTIONS')
    return {
      why: 'It stands beside other settings. Take it out there, and name a private authority with NODE_EXTRA_CA_CERTS.',
    };
  return fixService(failure, context, (view) => {
    const source = view.service.environmentFiles?.[name];
    if (source !== undefined)
      return {
        why: `It comes from ${source}, which clawproof does not edit. Take the line with ${name} out there.`,
      };
    return fixOf(
      `Take ${name} out of the environment`,
      'unsafe',
      [remove(view.at('environment', name))],
      'A server whose certificate no known authority signed is refused: name its authority with NODE_EXTRA_CA_CERTS.',
    );
  });
}
