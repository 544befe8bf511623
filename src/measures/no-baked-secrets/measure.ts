import type {
  Deployment,
  DockerfileFacts,
  DockerfileInstruction,
  Service,
} from '../../deployment/deployment.ts';
import { copiedSources } from '../../deployment/dockerfile/copied-sources.ts';
import { pairsOf, rangeInFile, type Pair } from '../../deployment/dockerfile/pairs.ts';
import { eachDockerfile, failedDockerfile } from '../dockerfile.ts';
import { allRoles, failedPart, failuresOr } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { holdsSecret } from '../placeholder.ts';
import { secretFileKind } from '../secret-files.ts';
import { isSecretName, looksLikeSecret } from '../secret-patterns.ts';
import { weakenDockerfiles } from '../weaken.ts';

export const measure = defineMeasure({
  id: 'no-baked-secrets',
  title: 'No secret is built into an image',
  risk: { precondition: 'local', impact: 'gateway' },
  rows: ['G8', 'H12'],
  references: {
    cis: ['4.10'],
    nist: ['4.1.4'],
    owasp: ['D12'],
    scanners: ['Trivy DS-0031', 'hadolint DL3064', 'dockle CIS-DI-0010', 'BuildKit SecretsUsedInArgOrEnv'],
  },
  why: 'What a Dockerfile, a build argument or a copied file brings in stays in the layers and the history of the image, for everybody who has it.',
  check: (deployment) => {
    const built = argumentFailures(deployment);
    const files = eachDockerfile(deployment, (facts) =>
      failuresOr(failures(facts, harmlessFiles(deployment))),
    );
    return built.length > 0 ? [...built, ...files.filter(({ state }) => state !== 'skipped')] : files;
  },
  noFix:
    'The secret is in every copy of the image and of the Dockerfile, so taking it out of there mends nothing. Replace it where it is valid, give it to the running container as a file below /run/secrets, and to a build step as `RUN --mount=type=secret`.',
  weaken: (deployment) => weakenDockerfiles(deployment, 'ENV', `OPENAI_API_KEY=${'x1'.repeat(20)}`),
});

/** Build arguments that the compose file gives a value. */
function argumentFailures({ services }: Deployment): Outcome[] {
  return services
    .filter(({ role }) => allRoles.includes(role))
    .flatMap((service) => serviceArguments(service));
}

function serviceArguments(service: Service): Outcome[] {
  return Object.entries(service.build?.args ?? {})
    .filter(([name, value]) => value !== undefined && isSecretValue(name, value))
    .map(([name]) =>
      failedPart(
        service,
        name,
        `the build argument ${name} holds a secret, which shows in the history of the image`,
        'build',
        'args',
        name,
      ),
    );
}

/** Configurations in which no secret was found. */
function harmlessFiles({ files = [] }: Deployment): Set<string> {
  return new Set(files.filter(({ secretNames }) => secretNames?.length === 0).map(({ path }) => path));
}

function failures(facts: DockerfileFacts, harmless: ReadonlySet<string>): Outcome[] {
  const found = facts.instructions.flatMap((instruction) => {
    switch (instruction.keyword) {
      case 'ENV':
      case 'ARG':
      case 'LABEL':
        return pairFailures(facts, instruction);
      case 'COPY':
      case 'ADD':
        return copyFailures(facts, instruction, harmless);
      case 'RUN':
        return runFailures(facts, instruction);
      default:
        return [];
    }
  });
  const keys = new Set<string>();
  return found.filter((outcome) => {
    const key = outcome.state === 'fail' ? (outcome.key ?? '') : '';
    const isNew = !keys.has(key);
    keys.add(key);
    return isNew;
  });
}

function isSecretValue(name: string, value: string): boolean {
  const plain = value.replace(/^(["'])(.*)\1$/s, '$2');
  return looksLikeSecret(plain) || (isSecretName(name) && holdsSecret(plain));
}

function pairFailures(facts: DockerfileFacts, instruction: DockerfileInstruction): Outcome[] {
  const { keyword, stage, text } = instruction;
  const isInImage = facts.stages[stage]?.isInImage === true;
  return pairsOf(instruction).flatMap((pair) => {
    const { name, value, start } = pair;
    const isGiven = keyword === 'ARG' && value === undefined && isInImage && isSecretName(name);
    if (!isGiven && !(value !== undefined && isSecretValue(name, value))) return [];
    const what = isGiven
      ? `the build argument ${name} is for a secret, and its value shows in the history of the image`
      : `${keyword} ${name} holds a secret`;
    // Without an equals sign nobody would know what to hide in the line.
    const range = isShown(pair, text) ? rangeInFile(instruction, start, start + name.length) : undefined;
    return [failedDockerfile(facts, `${keyword} ${name}`, what, range)];
  });
}

function isShown({ name, value, start }: Pair, text: string): boolean {
  return value === undefined || text[start + name.length] === '=';
}

function copyFailures(
  facts: DockerfileFacts,
  instruction: DockerfileInstruction,
  harmless: ReadonlySet<string>,
): Outcome[] {
  if (facts.stages[instruction.stage]?.isInImage !== true) return [];
  return copiedSources(instruction).flatMap(({ text, start }) => {
    const path = text.replace(/^\.\//, '').replace(/\*+$/, '');
    const isFolder = /(?:^|\/)secrets\/?$/.test(path);
    if (!isFolder && (secretFileKind(path) === undefined || harmless.has(path))) return [];
    const range = rangeInFile(instruction, start, start + text.length);
    return [
      failedDockerfile(facts, `${instruction.keyword} ${text}`, `copies ${text} into the image`, range),
    ];
  });
}

function runFailures(facts: DockerfileFacts, instruction: DockerfileInstruction): Outcome[] {
  const assigned = /(?<![\w$-])([A-Za-z_]\w{2,80})=("[^"\n]{8,400}"|'[^'\n]{8,400}'|[^\s"';&|]{8,400})/g;
  const outcomes: Outcome[] = [];
  for (const match of instruction.text.matchAll(assigned)) {
    const [, name = '', value = ''] = match;
    if (/^["']?\$/.test(value) || !isSecretValue(name, value)) continue;
    const range = rangeInFile(instruction, match.index, match.index + name.length);
    outcomes.push(failedDockerfile(facts, `RUN ${name}`, `a RUN step holds a secret in ${name}`, range));
  }
  if (outcomes.length === 0 && looksLikeSecret(instruction.text))
    outcomes.push(failedDockerfile(facts, 'RUN', 'a RUN step holds a key', instruction.range));
  return outcomes;
}
