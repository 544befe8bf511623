import { AppError } from './app-error.ts';

const UNTOUCHED = 'Nothing was built or started, and no running container was touched.';

export function npmMissing(): AppError {
  return new AppError('npm-missing', {
    exitCode: 4,
    message: 'The program "npm" was not found; clawproof needs it to fetch OpenClaw.',
    state: UNTOUCHED,
    next: [
      'npm comes with Node.js. Where it is a package of its own:',
      '  apt-get install npm',
      'Then try again:',
      '  clawproof up',
    ],
  });
}

/** `suggestions` are published versions near the wanted one, in rising order. */
export function openclawVersionMissing(
  name: string,
  version: string,
  suggestions: readonly string[],
): AppError {
  const published = suggestions.length === 0 ? '' : ` Published near it: ${suggestions.join(', ')}.`;
  return new AppError('package-version-missing', {
    exitCode: 2,
    message: `The npm registry has no version ${version} of ${name}.${published}`,
    state: UNTOUCHED,
    next: [
      'Name a published version in clawproof.yaml under openclaw.version. All of them:',
      `  npm view ${name} versions`,
    ],
  });
}

export function npmPackageMissing(name: string, registry: string): AppError {
  return new AppError('package-missing', {
    exitCode: 4,
    message: `The npm registry ${registry} does not have the package ${name}, or does not show it to you.`,
    state: UNTOUCHED,
    next: ['See which registry npm uses, and as whom:', '  npm config get registry', '  npm whoami'],
  });
}

/** `reason` is npm's own summary, already free of secrets. */
export function npmUnreachable(registry: string, reason: string): AppError {
  return new AppError('npm-registry-unreachable', {
    exitCode: 4,
    message: `The npm registry ${registry} does not answer: ${reason}.`,
    state: UNTOUCHED,
    next: [
      'Check that this machine reaches it:',
      '  npm ping',
      'Behind a proxy or a firewall, tell npm about it; clawproof uses the same settings:',
      '  npm config set https-proxy http://PROXY:PORT',
    ],
  });
}

export function npmTimeout(registry: string, seconds: number, what: string): AppError {
  return new AppError('npm-timeout', {
    exitCode: 4,
    message: `npm got no answer from ${registry} within ${seconds} s (${what}).`,
    state: UNTOUCHED,
    next: [
      'Check the connection, then try again; what was downloaded so far is kept in npm’s cache:',
      '  npm ping',
      '  clawproof up',
    ],
  });
}

export function npmUntrusted(registry: string, reason: string): AppError {
  return new AppError('npm-registry-untrusted', {
    exitCode: 4,
    message: `The certificate of the npm registry ${registry} is not trusted: ${reason}. A proxy that inspects TLS is the usual cause.`,
    state: UNTOUCHED,
    next: [
      'Give npm the certificate authority of your network; clawproof hands the same file to builds:',
      '  npm config set cafile /etc/ssl/certs/ca-certificates.crt',
    ],
  });
}

export function npmUnauthorised(registry: string, reason: string): AppError {
  return new AppError('npm-unauthorised', {
    exitCode: 4,
    message: `The npm registry ${registry} refuses this user: ${reason}.`,
    state: UNTOUCHED,
    next: ['Log in, then try again:', `  npm login --registry=${registry}`],
  });
}

/** Anything else that npm says. `reason` is free of secrets. */
export function npmFailed(what: string, reason: string): AppError {
  return new AppError('npm-failed', {
    exitCode: 4,
    message: `npm could not ${what}: ${reason}.`,
    state: UNTOUCHED,
    next: ['See what npm itself says about its set-up:', '  npm doctor'],
  });
}

/** The bytes that came are not the ones that the registry or clawproof.lock promised. */
export function integrityMismatch(name: string, version: string, expected: string, found: string): AppError {
  return new AppError('package-integrity', {
    exitCode: 4,
    message: `The package ${name}@${version} is not what it should be: its checksum is ${found}, expected ${expected}.`,
    state: `The package was thrown away. ${UNTOUCHED}`,
    next: [
      'A damaged download or cache is the harmless cause:',
      '  npm cache verify && clawproof up',
      'If it happens again, somebody between you and the registry changes packages: do not go on before you know who.',
    ],
  });
}

/** `packages` are paths in package-lock.json that have no checksum or do not come from the registry. */
export function lockNotVerifiable(packages: readonly string[]): AppError {
  const shown = packages.slice(0, 5).join(', ');
  const more = packages.length > 5 ? ` and ${packages.length - 5} more` : '';
  return new AppError('dependencies-not-verifiable', {
    exitCode: 4,
    message: `npm gave no checksum for ${shown}${more}; such a dependency could change unnoticed.`,
    state: UNTOUCHED,
    next: [
      'The registry or mirror in use leaves checksums out. Use one that gives them:',
      '  npm config get registry',
    ],
  });
}

/** No published version of a package that the gateway image is made of fits: Node for a processor, or npm. */
export function packageRangeMissing(name: string, range: string): AppError {
  return new AppError('package-range-missing', {
    exitCode: 4,
    message: `The npm registry has no ${name} that satisfies "${range}", which this OpenClaw needs.`,
    state: UNTOUCHED,
    next: [
      'See what the registry in use has; a mirror may lack versions:',
      `  npm view ${name} versions`,
      'Or pull an image instead: set image.source: registry in clawproof.yaml.',
    ],
  });
}
