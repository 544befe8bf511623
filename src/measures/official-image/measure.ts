import type { Service } from '../../deployment/deployment.ts';
import { hasUnknownVariable } from '../../documents/unknown-variable.ts';
import { parseVersion } from '../../openclaw/version.ts';
import { plainName, stepDownCapabilities } from '../capabilities.ts';
import { fixOf, fixService, isUnknown, remove, set, type ServiceView } from '../fix-service.ts';
import type { Change, Failure, Fix, FixContext, NoFix } from '../fix.ts';
import { eachService, failedService, openclawRoles, passed, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { isOfficialImage, mountOverProgram } from '../service-image.ts';
import { weakenGateway } from '../weaken.ts';

const OFFICIAL = 'ghcr.io/openclaw/openclaw';
/** Registries that anybody may publish in. */
const publicRegistries = new Set([
  'docker.io',
  'index.docker.io',
  'ghcr.io',
  'quay.io',
  'registry.gitlab.com',
  'public.ecr.aws',
]);
const movingTags = new Set(['latest', 'main', 'slim', 'main-slim', 'extended-stable']);

export const measure = defineMeasure({
  id: 'official-image',
  title: 'OpenClaw comes from its own project or from your own build',
  risk: { precondition: 'second-flaw', impact: 'gateway' },
  rows: ['G8'],
  references: {
    cis: ['4.2'],
    nist: ['4.1.5', '4.2.2'],
    owasp: ['D13'],
    scanners: ['hadolint DL3026'],
  },
  why: 'Whoever publishes the image holds the API keys and the conversations of everybody who runs it, and decides when flaws are mended.',
  check: (deployment) => eachService(deployment, openclawRoles, look),
  fix,
  weaken: (deployment) =>
    weakenGateway(deployment, () => ({ image: { reference: `alpine/openclaw@sha256:${'a'.repeat(64)}` } })),
});

interface ImageName {
  registry: string;
  /** Without registry, tag and digest. */
  repository: string;
  tag: string;
}

function nameOf(reference: string): ImageName {
  const plain = reference.split('@')[0] ?? '';
  const slash = plain.indexOf('/');
  const first = slash < 0 ? '' : plain.slice(0, slash);
  const hasRegistry = first.includes('.') || first.includes(':') || first === 'localhost';
  const rest = hasRegistry ? plain.slice(slash + 1) : plain;
  const colon = rest.lastIndexOf(':');
  const repository = colon < 0 ? rest : rest.slice(0, colon);
  return {
    registry: hasRegistry ? first : 'docker.io',
    repository,
    tag: colon < 0 ? '' : rest.slice(colon + 1),
  };
}

function look(service: Service): Outcome {
  const reference = service.image?.reference;
  const over = mountOverProgram(service);
  if (over !== undefined)
    return skipped(
      `${service.name}: ${over.source ?? 'something'} is mounted over ${over.target}, so that what runs is not what the image holds`,
    );
  if (service.isBuilt === true) return passed('it is built here');
  if (reference === undefined) return skipped(`${service.name}: it names no image`);
  if (/^sha256:[0-9a-f]{64}$/.test(reference)) return passed('an image of this host, by its id');
  if (hasUnknownVariable(reference) || reference.includes('$'))
    return skipped(`${service.name}: the image depends on a variable`);
  return isOfficialImage(reference) ? passed() : judge(service, nameOf(reference));
}

function judge(service: Service, { registry, repository }: ImageName): Outcome {
  const isHub = registry === 'docker.io';
  if (isHub && (!repository.includes('/') || repository.startsWith('library/')))
    return passed("an image that is built here, or one of Docker's own");
  if (!publicRegistries.has(registry))
    return skipped(
      `${service.name}: what the registry ${registry} holds under ${repository} is not visible here`,
    );
  const name = `${isHub ? '' : `${registry}/`}${repository}`;
  return failedService(service, `${name} is published by somebody else than OpenClaw's project`, 'image');
}

function fix(failure: Failure, context: FixContext): Fix | NoFix {
  return fixService(failure, context, (view) => fixImage(view));
}

function fixImage(view: ServiceView): Fix | NoFix {
  const reference = view.service.image?.reference ?? '';
  const written = view.written('image');
  const { repository, tag } = nameOf(reference);
  if (reference.includes('@') || isUnknown(written))
    return {
      why: `Its name is put together from variables or pinned. Put \`${OFFICIAL}:VERSION\` in its place.`,
    };
  const isSame = /(?:^|\/)(?:openclaw|clawdbot|moltbot)$/.test(repository);
  const wanted = tag === '' ? 'latest' : tag;
  if (!isSame || (!movingTags.has(wanted) && parseVersion(wanted.replace(/-slim$/, '')) === null))
    return {
      why: `Which release is in it, and what it adds to OpenClaw, its name does not tell. Start from \`${OFFICIAL}:VERSION\`, or build your own image on it.`,
    };
  return fixOf(
    `Take ${OFFICIAL}:${wanted}`,
    'unsafe',
    [set(view.at('image'), `${OFFICIAL}:${wanted}`), ...withoutStepDown(view)],
    'What the other image adds or sets up differently (user, paths, entrypoint) is gone.',
  );
}

/** Capabilities that only an image needs which may start as root; the official one does not. */
function withoutStepDown({ service, at }: ServiceView): Change[] {
  if (service.user !== undefined) return [];
  return (service.capAdd ?? []).flatMap((written, index) =>
    stepDownCapabilities.includes(plainName(written)) ? [remove(at('cap_add', index))] : [],
  );
}
