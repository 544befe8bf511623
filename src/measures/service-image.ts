import type { Deployment, DockerfileFacts, DockerfileStage, Service } from '../deployment/deployment.ts';

/** What is known of a service's image without looking into it. */
export interface ServiceImage {
  /** official = upstream's own image, or clawproof's, whose content is known; built = from a Dockerfile that was read. */
  kind: 'official' | 'built' | 'other';
  /** Whom process 1 starts as. */
  startsAs: 'root' | 'ordinary' | 'unknown';
  /** True when something in it is known to need what hardening takes away. */
  hasSudo: boolean;
  /** True for images whose own init insists on being process 1. */
  needsPidOne: boolean;
}

const officialNames = new Set(['ghcr.io/openclaw/openclaw', 'openclaw/openclaw', 'clawproof/gateway']);
/** Tag that upstream's own scripts build under. */
const officialLocal = 'openclaw:local';
/** Bases that run as root unless somebody says otherwise. */
const rootBases = /^(?:docker\.io\/)?(?:library\/)?(?:node|debian|ubuntu|alpine|nginx|python)(?:[:@]|$)/;
const pidOnePattern = /\bs6-overlay\b|(?:^|\/)linuxserver\/|\blscr\.io\//;

/** Judges the image of a service by its name, its Dockerfile and the user that the service asks for. */
export function imageOf(service: Service, deployment: Deployment): ServiceImage {
  const dockerfile = deployment.dockerfiles?.find((facts) => facts.services.includes(service.name));
  const reference = service.image?.reference ?? '';
  const isOfficial = service.isBuilt !== true && isOfficialImage(reference);
  const text = dockerfile ? dockerfile.instructions.map((instruction) => instruction.text).join('\n') : '';
  const bases = dockerfile?.stages.map((stage) => stage.image).join('\n') ?? reference;
  return {
    kind: isOfficial ? 'official' : dockerfile ? 'built' : 'other',
    startsAs: startsAs(service.user) ?? (isOfficial ? 'ordinary' : imageUser(dockerfile)),
    hasSudo: dockerfile ? /\bsudo\b/.test(text) : !isOfficial,
    needsPidOne: pidOnePattern.test(text) || pidOnePattern.test(bases),
  };
}

/** True for upstream's own image, under its names, and for clawproof's. */
export function isOfficialImage(reference: string): boolean {
  if (reference === officialLocal) return true;
  const name = (reference.split('@')[0] ?? '').replace(/:[^/:]*$/, '').replace(/^(?:index\.)?docker\.io\//, '');
  return officialNames.has(name);
}

function startsAs(user: string | undefined): 'root' | 'ordinary' | undefined {
  const owner = user?.split(':')[0];
  if (owner === undefined || owner === '') return undefined;
  if (owner === 'root' || Number(owner) === 0) return 'root';
  return /^[\w-]+$/.test(owner) ? 'ordinary' : undefined;
}

function imageUser(dockerfile: DockerfileFacts | undefined): ServiceImage['startsAs'] {
  const stage = dockerfile?.stages.find((candidate) => candidate.isFinal);
  if (!dockerfile || !stage) return 'unknown';
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
