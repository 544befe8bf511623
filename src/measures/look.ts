import type { Deployment, Mount, Service, ServiceRole } from '../deployment/deployment.ts';
import type { Location, Outcome } from './measure.ts';

/** OpenClaw itself, in both shapes. */
export const openclawRoles: readonly ServiceRole[] = ['gateway', 'cli'];
/** Everything that belongs to the deployment of OpenClaw. */
export const ownRoles: readonly ServiceRole[] = ['gateway', 'cli', 'egress', 'ingress', 'edge'];
/** Neighbours too: what they are given reaches the same host. */
export const allRoles: readonly ServiceRole[] = [...ownRoles, 'neighbour'];

export function passed(detail?: string): Outcome {
  return detail === undefined ? { state: 'pass' } : { state: 'pass', detail };
}

export function skipped(reason: string): Outcome {
  return { state: 'skipped', reason };
}

/**
 * A failure of one service.
 * @param path keys below the service in the compose file, for the position of the finding
 */
export function failedService(service: Service, detail: string, ...path: string[]): Outcome {
  return {
    state: 'fail',
    detail: `${service.name}: ${detail}`,
    subject: service.name,
    at: { document: 'compose', path: ['services', service.name, ...path] },
  };
}

/**
 * A failure of one part of a service, where the service can fail in several.
 * @param key what tells the part from the others: a port, a variable, a capability; never a secret
 */
export function failedPart(
  service: Service,
  key: string,
  detail: string,
  ...path: (string | number)[]
): Outcome {
  return {
    state: 'fail',
    detail: `${service.name}: ${detail}`,
    subject: service.name,
    key,
    at: { document: 'compose', path: ['services', service.name, ...path] },
  };
}

/** A failure of one mount of a service, at the entry that brings it in. */
export function failedMount(service: Service, mount: Mount, key: string, detail: string): Outcome {
  const { field: name, index } = mount.entry ?? { field: mount.kind === 'tmpfs' ? 'tmpfs' : 'volumes' };
  return failedPart(service, key, detail, name, ...(index === undefined ? [] : [index]));
}

/** What cannot be said about a mount because nobody here can tell what it brings in; empty when that is known. */
export function unseenMount(service: Service, { target, unseen }: Mount): Outcome[] {
  return unseen === undefined
    ? []
    : [skipped(`${service.name}: what is mounted at ${target} is not known: ${unseen}`)];
}

export function failedFile(path: string, detail: string): Outcome {
  const at: Location = { document: 'file', path: [path] };
  return { state: 'fail', detail: `${path}: ${detail}`, subject: path, at };
}

/** Looks at every service of the given roles; without any, nothing was looked at. */
export function eachService(
  deployment: Deployment,
  roles: readonly ServiceRole[],
  look: (service: Service) => Outcome[] | Outcome,
): Outcome[] {
  if (!deployment.services.some((service) => service.role === 'gateway'))
    return [skipped('no OpenClaw gateway was found in this deployment')];
  return deployment.services
    .filter((service) => roles.includes(service.role))
    .flatMap((service) => look(service));
}

/**
 * Looks at one field of a service; a field that the evidence does not tell is skipped. Where a part of it depends on
 * variables that are set nowhere, only failures are certain.
 */
export function field<Key extends keyof Service>(
  service: Service,
  key: Key,
  look: (value: NonNullable<Service[Key]>) => Outcome[] | Outcome,
): Outcome[] {
  const value = service[key];
  const unknown = unknownIn(service, key);
  if (value === undefined || value === null)
    return unknown.length > 0
      ? unknown
      : [skipped(`${service.name}: nothing here tells ${fieldNames[key] ?? key}`)];
  const outcomes = [look(value as NonNullable<Service[Key]>)].flat();
  return unknown.length === 0
    ? outcomes
    : [...outcomes.filter((outcome) => outcome.state !== 'pass'), ...unknown];
}

/** What cannot be said about fields because they depend on variables that are set nowhere; empty when all is known. */
export function unknownIn(service: Service, ...keys: (keyof Service)[]): Outcome[] {
  return keys.flatMap((key) => {
    const missing = key === 'environment' ? missingFiles(service) : [];
    const names = service.unknown?.[key] ?? [];
    if (names.length === 0) return missing;
    const list = names.map((name) => `\${${name}}`).join(', ');
    const verb = names.length === 1 ? 'is' : 'are';
    return [
      ...missing,
      skipped(`${service.name}: ${fieldNames[key] ?? key} depends on ${list}, which ${verb} set nowhere`),
    ];
  });
}

function missingFiles({ name, missingEnvironmentFiles: files = [] }: Service): Outcome[] {
  return files.map((file) => skipped(`${name}: it takes variables from ${file}, which is not there`));
}

const fieldNames: Partial<Record<keyof Service, string>> = {
  user: 'the user',
  healthcheck: 'the health check',
  mounts: 'the mounts',
  ports: 'the published ports',
  networks: 'the networks',
  limits: 'the limits',
  environment: 'the environment',
  image: 'the image',
  privileged: 'whether it is privileged',
  readOnlyRoot: 'whether its root is read-only',
  init: 'whether it has an init process',
  capDrop: 'cap_drop',
  capAdd: 'cap_add',
  securityOptions: 'security_opt',
  groupAdd: 'group_add',
  networkMode: 'network_mode',
  pidMode: 'pid',
  ipcMode: 'ipc',
  utsMode: 'uts',
  usernsMode: 'userns_mode',
  stopGraceSeconds: 'stop_grace_period',
  restart: 'the restart policy',
  logging: 'the logging',
  hostname: 'the host name',
  devices: 'the devices',
  command: 'the command',
  cgroupMode: 'cgroup',
  hooks: 'what its hooks may do',
};

/** The failures and what is not known, or one pass when there is neither. */
export function failuresAnd(failures: Outcome[], unknown: Outcome[]): Outcome[] {
  return failuresOr([...failures, ...unknown]);
}

/** The failures, or one pass when there is none. */
export function failuresOr(failures: Outcome[], detail?: string): Outcome[] {
  return failures.length > 0 ? failures : [passed(detail)];
}
