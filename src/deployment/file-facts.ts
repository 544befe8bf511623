import type { Deployment, DeploymentFile, DockerfileFacts, Service } from './deployment.ts';
import { readDockerfile } from './dockerfile/read-dockerfile.ts';
import { readDaemonConfig } from './engine-settings/daemon-config.ts';

/** True for names that Dockerfiles have. */
export function isDockerfileName(path: string): boolean {
  return /(?:^|\/)(?:Dockerfile|Containerfile)(?:\.(?!dockerignore$)[\w.-]+)?$|\.(?:Dockerfile|dockerfile)$/.test(
    path,
  );
}

/**
 * What the texts of a deployment's files tell, for deployments that were not read from a disk: Dockerfiles, and a
 * daemon.json.
 */
export function withFileFacts(deployment: Deployment): Deployment {
  const texts = (deployment.files ?? []).filter((file) => file.text !== undefined);
  const dockerfiles = texts
    .filter(({ path }) => isDockerfileName(path))
    .map((file) => factsOf(file, deployment.services));
  const daemon = texts.find(({ path }) => path.endsWith('/daemon.json'));
  const engine = daemon && readDaemonConfig(daemon.text ?? '', daemon.path).engine;
  return {
    ...deployment,
    ...(dockerfiles.length === 0 ? {} : { dockerfiles }),
    ...(engine ? { engine } : {}),
  };
}

function factsOf({ path, text = '' }: DeploymentFile, services: readonly Service[]): DockerfileFacts {
  const built = services.filter(({ build }) => build && dockerfilePath(build) === path);
  return readDockerfile(
    text,
    path,
    built.map(({ name }) => name),
    dockerfileOptions(built),
  ).facts;
}

/** Path of a build's Dockerfile, relative to the project directory; undefined when it is not on this host. */
export function dockerfilePath({
  context,
  dockerfile,
  isInline,
}: NonNullable<Service['build']>): string | undefined {
  if (isInline === true || isRemoteContext(context)) return undefined;
  const name = dockerfile ?? 'Dockerfile';
  return joined(name.startsWith('/') ? '' : context, name);
}

/** True for a Git or archive URL as build context. */
export function isRemoteContext(context: string): boolean {
  return /^(?:https?|git|ssh):\/\/|^git@|^github\.com\//.test(context);
}

/** Targets and build arguments that all services built from one Dockerfile give it. */
export function dockerfileOptions(services: readonly Service[]): {
  targets: (string | undefined)[];
  args: Record<string, string | null>;
} {
  const args: Record<string, string | null> = {};
  for (const { build } of services) {
    for (const [name, value] of Object.entries(build?.args ?? {})) {
      const isOther = Object.hasOwn(args, name) && args[name] !== value;
      Object.defineProperty(args, name, {
        value: isOther ? null : (value ?? null),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
  return { targets: services.length === 0 ? [undefined] : services.map(({ build }) => build?.target), args };
}

/** Joins two paths with forward slashes and resolves `.` and `..` as far as there is something to leave. */
export function joined(folder: string, path: string): string {
  const isAbsolute = folder.startsWith('/') || (folder === '' && path.startsWith('/'));
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !isAbsolute) parts.push(part);
  }
  return (isAbsolute ? '/' : '') + parts.join('/');
}
