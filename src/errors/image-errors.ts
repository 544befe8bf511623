import { AppError } from './app-error.ts';

const NOTHING_STARTED = 'No container was started or stopped; what runs keeps running.';
const KEPT = `What was pulled and built so far is kept and used again. ${NOTHING_STARTED}`;

export function engineUnavailable(reason: string): AppError {
  return new AppError('engine-unavailable', {
    exitCode: 4,
    message: `The Docker Engine cannot be used: ${reason}.`,
    state: NOTHING_STARTED,
    next: ['Install or start it; this says what is missing:', '  clawproof engine install'],
  });
}

export function builderMissing(): AppError {
  return new AppError('builder-missing', {
    exitCode: 4,
    message: 'Images must be built here, and this Docker client cannot build with BuildKit.',
    state: NOTHING_STARTED,
    next: ['Install the build plugin, then try again:', '  apt-get install docker-buildx', '  clawproof up'],
  });
}

/** The registry is needed (image.source: registry, or a sidecar named in the policy) and cannot be used. */
export function registryUnreachable(reference: string, detail: string): AppError {
  return new AppError('registry-unreachable', {
    exitCode: 4,
    message: `The registry of ${reference} does not answer: ${detail}.`,
    state: NOTHING_STARTED,
    next: [
      'Check that this machine reaches it:',
      `  docker pull ${reference}`,
      'To build the image here instead, set image.source: build in clawproof.yaml (for a sidecar, remove its image).',
    ],
  });
}

export function registryUntrusted(reference: string, detail: string): AppError {
  return new AppError('registry-untrusted', {
    exitCode: 4,
    message: `The registry of ${reference} is not trusted by the Docker Engine: ${detail}.`,
    state: NOTHING_STARTED,
    next: [
      'Give the engine the certificate authority of your network, one folder for each registry:',
      '  /etc/docker/certs.d/HOST:PORT/ca.crt',
    ],
  });
}

export function registryDenied(reference: string, detail: string): AppError {
  return new AppError('registry-denied', {
    exitCode: 4,
    message: `The registry does not give ${reference} to you: ${detail}.`,
    state: NOTHING_STARTED,
    next: ['Log in to that registry, then try again:', '  docker login REGISTRY'],
  });
}

export function imageMissing(reference: string): AppError {
  return new AppError('image-missing', {
    exitCode: 2,
    message: `The registry answers, but has no image ${reference}.`,
    state: NOTHING_STARTED,
    next: [
      'Check openclaw.version and the names under "image" in clawproof.yaml, or set image.source: build to make the image from npm.',
    ],
  });
}

export function pinnedImageGone(reference: string, digest: string, detail: string): AppError {
  return new AppError('pinned-image-gone', {
    exitCode: 4,
    message: `clawproof.lock pins ${reference} to ${digest}, which its registry no longer has (${detail}).`,
    state: `The lock was not changed. ${NOTHING_STARTED}`,
    next: [
      'Take it from a machine that still has it:',
      '  docker save IMAGE | ssh THIS-MACHINE docker load',
      'or pin what the registry has today; look at what changed first:',
      '  clawproof update',
    ],
  });
}

export function pullInterrupted(reference: string, detail: string): AppError {
  return new AppError('pull-interrupted', {
    exitCode: 4,
    message: `The registry began to send ${reference} and then broke off: ${detail}.`,
    state: `Layers that arrived complete are kept, incomplete ones are thrown away; nothing is pinned. ${NOTHING_STARTED}`,
    next: ['Run the same command again; it goes on where it stopped:', '  clawproof up'],
  });
}

export function noSpaceForImages(what: string, detail: string): AppError {
  return new AppError('no-space-for-images', {
    exitCode: 4,
    message: `There is no disk space for ${what}: ${detail}.`,
    state: KEPT,
    next: [
      'See what uses it, and what Docker could free:',
      '  df -h',
      '  docker system df',
      'Then try again:',
      '  clawproof up',
    ],
  });
}

export function baseNeedsRoot(baseReference: string): AppError {
  return new AppError('base-needs-root', {
    exitCode: 4,
    message: `No registry gives the base image ${baseReference}, and making it from Debian's packages needs root.`,
    state: NOTHING_STARTED,
    next: [
      'Run it once as root, or name a base that a registry of yours has under image.base in clawproof.yaml:',
      '  sudo clawproof up',
    ],
  });
}

/** The engine's processor is not this machine's, so the programs of a new base cannot run here. */
export function baseForeignProcessor(baseReference: string, engineArch: string, hostArch: string): AppError {
  return new AppError('base-foreign-processor', {
    exitCode: 4,
    message: `No registry gives the base image ${baseReference}, and a base for the engine's processor (${engineArch}) cannot be made on this one (${hostArch}).`,
    state: NOTHING_STARTED,
    next: [
      'Run clawproof on the machine of the engine, or name a base that a registry of yours has under image.base in clawproof.yaml.',
    ],
  });
}

export function noDebianMirror(baseReference: string): AppError {
  return new AppError('no-debian-mirror', {
    exitCode: 4,
    message: `No registry gives the base image ${baseReference}, and apt on this machine knows no Debian mirror to make it from.`,
    state: NOTHING_STARTED,
    next: [
      'On Debian, add the archive to apt:',
      '  /etc/apt/sources.list.d/debian.sources',
      'Elsewhere, name a Debian image that a registry of yours has under image.base in clawproof.yaml.',
    ],
  });
}

/** `tail`: last lines of the program that failed. */
export function baseFailed(step: string, tail: readonly string[]): AppError {
  return new AppError('base-failed', {
    exitCode: 4,
    message: `The base image could not be made; this step failed: ${step}.${quoted(tail)}`,
    state: `The unfinished base was removed. ${NOTHING_STARTED}`,
    next: ['Check that apt works on this machine, then try again:', '  apt-get update', '  clawproof up'],
  });
}

/** `tail`: last lines of the build, free of secrets. */
export function buildFailed(role: string, step: string, tail: readonly string[]): AppError {
  return new AppError('image-build-failed', {
    exitCode: 4,
    message: `The ${role} image could not be built; this step failed: ${step}.${quoted(tail)}`,
    state: KEPT,
    next: [
      'When a download failed, check the connection and run it again; finished steps are not repeated:',
      '  clawproof up',
    ],
  });
}

export function processorNotSupported(arch: string): AppError {
  return new AppError('processor-not-supported', {
    exitCode: 4,
    message: `Images cannot be built for the processor "${arch}"; x64 and arm64 are supported.`,
    state: NOTHING_STARTED,
    next: ['Pull an image instead: set image.source: registry in clawproof.yaml.'],
  });
}

/** `problems` say what an image that was just built must not have. */
export function imageNotClean(role: string, problems: readonly string[]): AppError {
  return new AppError('image-not-clean', {
    exitCode: 4,
    message: `The ${role} image that was just built breaks clawproof's own rules: ${problems.join('; ')}.`,
    state: `The image was not pinned and is not used. ${NOTHING_STARTED}`,
    next: [
      'This is a fault in the build files or in the base. Let clawproof write the build files again:',
      '  rm -r build && clawproof up',
      'If it stays, please report it with this message.',
    ],
  });
}

function quoted(tail: readonly string[]): string {
  return tail.length === 0 ? '' : `\n${tail.map((line) => `  | ${line}`).join('\n')}`;
}

/** An image that the policy names by its id alone is not on this machine. */
export function givenImageMissing(key: string, reference: string): AppError {
  return new AppError('given-image-missing', {
    exitCode: 4,
    message: `${key} names the image ${reference}, which is not on this machine.`,
    state: NOTHING_STARTED,
    next: [
      'Name one that a registry has, by its digest: NAME@sha256:…',
      'Or make it here again: docker images --no-trunc',
    ],
  });
}
