import type { Deployment, DeploymentFile, Service, ServiceRole } from '../deployment/deployment.ts';
import { isSettings, type Settings } from './settings.ts';

/** Changes the service of one role, and nothing else. */
export function weakenService(
  deployment: Deployment,
  role: ServiceRole,
  change: (service: Service) => Partial<Service>,
): Deployment {
  return {
    ...deployment,
    services: deployment.services.map((service) =>
      service.role === role ? { ...service, ...change(service) } : service,
    ),
  };
}

export function weakenGateway(
  deployment: Deployment,
  change: (service: Service) => Partial<Service>,
): Deployment {
  return weakenService(deployment, 'gateway', change);
}

/** Sets one value of openclaw.json; `undefined` removes the key. */
export function weakenSetting(deployment: Deployment, path: string, value: unknown): Deployment {
  return {
    ...deployment,
    openclawConfig: withSetting(deployment.openclawConfig ?? {}, path.split('.'), value),
  };
}

function withSetting(settings: Settings, [key = '', ...rest]: string[], value: unknown): Settings {
  if (rest.length === 0) {
    const { [key]: _, ...others } = settings;
    return value === undefined ? others : { ...others, [key]: value };
  }
  const inner = settings[key];
  return { ...settings, [key]: withSetting(isSettings(inner) ? inner : {}, rest, value) };
}

/** Changes the files that the predicate names. */
export function weakenFile(
  deployment: Deployment,
  matches: (file: DeploymentFile) => boolean,
  change: Partial<DeploymentFile>,
): Deployment {
  return {
    ...deployment,
    files: (deployment.files ?? []).map((file) => (matches(file) ? { ...file, ...change } : file)),
  };
}

/** Adds one instruction at the end of every Dockerfile. */
export function weakenDockerfiles(deployment: Deployment, keyword: string, text: string): Deployment {
  return {
    ...deployment,
    dockerfiles: (deployment.dockerfiles ?? []).map((facts) => ({
      ...facts,
      instructions: [
        ...facts.instructions,
        { keyword, text, stage: facts.stages.length - 1, range: { start: 0, end: 1 }, pieces: [] },
      ],
    })),
  };
}
