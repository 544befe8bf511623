import type { Deployment, Service } from '../deployment/deployment.ts';
import { formatVersion, parseVersion } from '../openclaw/version.ts';

const VERSION_LABELS = ['dev.clawproof.version.openclaw', 'org.opencontainers.image.version'];
const INSTALL = /(?:openclaw|clawdbot|moltbot)@(\d{4}\.[\w.-]+)/;

/**
 * OpenClaw's version, where something names it exactly: the tag of the gateway's image, its labels, or what its Dockerfile
 * installs. A moving tag such as `latest` tells nothing.
 */
export function openclawVersionOf(
  deployment: Pick<Deployment, 'services' | 'dockerfiles'>,
): string | undefined {
  for (const service of deployment.services) {
    if (service.role !== 'gateway' && service.role !== 'cli') continue;
    const version = tagVersion(service) ?? labelVersion(service) ?? builtVersion(service, deployment);
    if (version !== undefined) return version;
  }
  return deployment.services.length === 0 ? installedVersion(deployment.dockerfiles ?? []) : undefined;
}

function tagVersion(service: Service): string | undefined {
  const reference = service.image?.reference.split('@')[0] ?? '';
  const tag = reference.slice(reference.lastIndexOf('/') + 1).split(':')[1] ?? '';
  return exact(tag);
}

function labelVersion(service: Service): string | undefined {
  for (const name of VERSION_LABELS) {
    const version = exact(service.labels?.[name] ?? '');
    if (version !== undefined) return version;
  }
  return undefined;
}

function builtVersion(service: Service, deployment: Pick<Deployment, 'dockerfiles'>): string | undefined {
  const argument = Object.entries(service.build?.args ?? {}).find(([name]) =>
    /^(?:OPENCLAW|CLAWDBOT|MOLTBOT)_VERSION$/.test(name),
  );
  const given = exact(argument?.[1] ?? '');
  if (given !== undefined) return given;
  const own = (deployment.dockerfiles ?? []).filter(({ services }) => services.includes(service.name));
  return installedVersion(own);
}

function installedVersion(dockerfiles: NonNullable<Deployment['dockerfiles']>): string | undefined {
  for (const { instructions, stages } of dockerfiles) {
    for (const { keyword, text } of instructions) {
      const version = keyword === 'RUN' ? exact(INSTALL.exec(text)?.[1] ?? '') : undefined;
      if (version !== undefined) return version;
    }
    for (const { image } of stages) {
      if (!/(?:openclaw|clawdbot|moltbot)/.test(image)) continue;
      const version = exact(image.split('@')[0]?.split(':').at(-1) ?? '');
      if (version !== undefined) return version;
    }
  }
  return undefined;
}

function exact(text: string): string | undefined {
  const version = parseVersion(text.replace(/^v/, ''));
  return version === null ? undefined : formatVersion(version);
}
