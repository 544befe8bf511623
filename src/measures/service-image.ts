import type {
  Deployment,
  DockerfileFacts,
  DockerfileStage,
  Mount,
  Service,
} from '../deployment/deployment.ts';

/** What is known of a service's image without looking into it. */
export interface ServiceImage {
  /** official = upstream's own image, or clawproof's, whose content is known; built = from a Dockerfile that was read. */
  kind: 'official' | 'built' | 'other';
  /** Whom process 1 starts as. */
  startsAs: 'root' | 'ordinary' | 'unknown';
  /** True when it has sudo, or when nobody here knows that it has none. */
  hasSudo: boolean;
  /** True for images whose own init insists on being process 1. */
  needsPidOne: boolean;
  /** True when it brings what an entrypoint changes its user with. */
  stepsDown: boolean;
}

const officialNames = new Set(['ghcr.io/openclaw/openclaw', 'openclaw/openclaw', 'clawproof/gateway']);
/** Tag that upstream's own scripts build under. */
export const officialLocal = 'openclaw:local';
/** Bases that run as root unless somebody says otherwise. */
const rootBases = /^(?:docker\.io\/)?(?:library\/)?(?:node|debian|ubuntu|alpine|nginx|python)(?:[:@]|$)/;
/** What entrypoints step down with: such an image wants to start as root. */
const stepDownPattern = /\b(?:gosu|su-exec|setpriv|runuser|supervisord?|s6-overlay|usermod)\b/;
const pidOnePattern = /\bs6-overlay\b|(?:^|\/)linuxserver\/|\blscr\.io\//;

/** Judges the image of a service by its name, its Dockerfile and the user that the service asks for. */
export function imageOf(service: Service, deployment: Deployment): ServiceImage {
  const reference = service.image?.reference ?? '';
  const dockerfile = dockerfileOf(service, deployment);
  const byUser = startsAs(service.user);
  if (dockerfile) {
    const built = builtImage(dockerfile);
    return { ...built, startsAs: byUser ?? built.startsAs };
  }
  const isOfficial = isOfficialImage(reference) || (reference === officialLocal && hasOfficialHome(service));
  if (service.isBuilt !== true && isOfficial)
    return {
      kind: 'official',
      startsAs: byUser ?? 'ordinary',
      hasSudo: false,
      needsPidOne: false,
      stepsDown: false,
    };
  return {
    kind: 'other',
    startsAs: byUser ?? 'unknown',
    hasSudo: true,
    needsPidOne: pidOnePattern.test(reference),
    stepsDown: false,
  };
}

/** Dockerfiles may be large, and many services may be built from one. */
const builtImages = new WeakMap<DockerfileFacts, ServiceImage>();

function builtImage(dockerfile: DockerfileFacts): ServiceImage {
  const known = builtImages.get(dockerfile);
  if (known) return known;
  const has = (pattern: RegExp): boolean => dockerfile.instructions.some(({ text }) => pattern.test(text));
  const image: ServiceImage = {
    kind: 'built',
    startsAs: imageUser(dockerfile),
    hasSudo: has(/\bsudo\b/),
    needsPidOne: has(pidOnePattern) || dockerfile.stages.some((stage) => pidOnePattern.test(stage.image)),
    stepsDown: has(stepDownPattern),
  };
  builtImages.set(dockerfile, image);
  return image;
}

/** The Dockerfile that a service is built from, or one that another service builds the same image from. */
function dockerfileOf(service: Service, deployment: Deployment): DockerfileFacts | undefined {
  const reference = service.image?.reference;
  const builders = deployment.services.filter(
    (other) => other === service || (reference !== undefined && other.image?.reference === reference),
  );
  return deployment.dockerfiles?.find((facts) => builders.some(({ name }) => facts.services.includes(name)));
}

/**
 * Others use the tag as well; upstream's image has its home here, and upstream's compose file mounts into it. Who mounts a
 * program of their own over that of the image has made it something else.
 */
function hasOfficialHome(service: Service): boolean {
  if (mountOverProgram(service) !== undefined) return false;
  return (
    service.environment?.['HOME'] === '/home/node' ||
    service.mounts?.some(({ target }) => target.startsWith('/home/node/')) === true
  );
}

/** Where OpenClaw and the Node that runs it are, in upstream's image, clawproof's, and those that install it with npm. */
const programs = [
  '/app/openclaw.mjs',
  '/app/dist',
  '/app/node_modules/openclaw',
  '/usr/local/bin/openclaw',
  '/usr/local/bin/node',
  '/usr/local/lib/node_modules/openclaw',
  '/usr/lib/node_modules/openclaw',
];

/** A mount of files that takes the place of the program, or of a part of it; undefined where what runs is the image's. */
export function mountOverProgram(service: Service): Mount | undefined {
  const isWithin = (inner: string, outer: string): boolean =>
    inner === outer || inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`);
  return service.mounts?.find(({ kind, target }) => {
    const path = target.length > 1 ? target.replace(/\/+$/, '') : target;
    return kind !== 'tmpfs' && programs.some((one) => isWithin(one, path) || isWithin(path, one));
  });
}

/** True for upstream's own image, under its names, and for clawproof's. */
export function isOfficialImage(reference: string): boolean {
  const name = (reference.split('@')[0] ?? '')
    .replace(/:[^/:]*$/, '')
    .replace(/^(?:index\.)?docker\.io\//, '');
  return officialNames.has(name);
}

function startsAs(user: string | undefined): 'root' | 'ordinary' | undefined {
  const owner = user?.split(':')[0];
  if (owner === undefined || owner === '') return undefined;
  if (owner === 'root' || Number(owner) === 0) return 'root';
  return /^[\w-]+$/.test(owner) ? 'ordinary' : undefined;
}

function imageUser(dockerfile: DockerfileFacts): ServiceImage['startsAs'] {
  const stage = dockerfile.stages.find((candidate) => candidate.isFinal);
  if (!stage) return 'unknown';
  const written = startsAs(stage.user);
  if (written) return written;
  const base = baseOf(dockerfile, stage);
  if (isOfficialImage(base)) return 'ordinary';
  return rootBases.test(base) ? 'root' : 'unknown';
}

/** The image outside of the Dockerfile that a stage goes back to. */
function baseOf(dockerfile: DockerfileFacts, stage: DockerfileStage): string {
  let current = stage;
  for (let left = dockerfile.stages.length; left > 0 && current.isStage; left -= 1) {
    const name = current.image;
    const before = dockerfile.stages.find((candidate) => candidate.name === name);
    if (!before) break;
    current = before;
  }
  return current.image;
}
