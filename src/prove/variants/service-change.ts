import type { Service } from '../../deployment/deployment.ts';
import type { ContainerSpec, HostConfigSpec } from '../container-spec.ts';
import { withLimits } from './limits-change.ts';
import { withMounts } from './mount-change.ts';

type Change = (spec: ContainerSpec, after: Service, before: Service) => ContainerSpec;

/** How a field of the model is asked for from the engine. What is not here cannot be made in a twin: another image, a build. */
const CHANGES: { readonly [Field in keyof Service]?: Change } = {
  readOnlyRoot: host((after) => ({ ReadonlyRootfs: after.readOnlyRoot === true })),
  // The engine's own lists of hidden paths hold for an unprivileged container only.
  privileged: host((after) => ({
    Privileged: after.privileged === true,
    MaskedPaths: null,
    ReadonlyPaths: null,
  })),
  init: host((after) => ({ Init: after.init === true })),
  capDrop: host((after) => ({ CapDrop: after.capDrop ?? [] })),
  capAdd: host((after) => ({ CapAdd: after.capAdd ?? [] })),
  securityOptions: host((after) => securityOptions(after.securityOptions ?? [])),
  groupAdd: host((after) => ({ GroupAdd: after.groupAdd ?? [] })),
  // Not the empty text: then the image decides.
  user: (spec, { user = 'root' }) => ({ ...spec, User: user === 'root' ? '0:0' : user }),
  pidMode: host((after) => ({ PidMode: after.pidMode ?? '' })),
  ipcMode: host((after) => ({ IpcMode: after.ipcMode || 'private' })),
  utsMode: (spec, { utsMode = '' }) => withHost(withoutName(spec), { UTSMode: utsMode }),
  usernsMode: host((after) => ({ UsernsMode: after.usernsMode ?? '' })),
  cgroupMode: host((after) => ({ CgroupnsMode: after.cgroupMode ?? '' })),
  networkMode: (spec, { networkMode = '' }) =>
    networkMode === '' ? spec : withNetworkMode(spec, networkMode),
  networks: (spec, { networks = {} }) => ({
    ...spec,
    networks: Object.fromEntries(Object.keys(networks).map((name) => [name, spec.networks[name] ?? {}])),
  }),
  mounts: (spec, after, before) => withMounts(spec, after.mounts ?? [], before.mounts ?? []),
  devices: (spec, after, before) => withDevices(spec, after.devices ?? [], before.devices ?? []),
  limits: (spec, after, before) => withLimits(spec, after.limits ?? {}, before.limits ?? {}),
  extraHosts: host((after) => ({
    ExtraHosts: (after.extraHosts ?? []).map(([name, address]) => `${name}:${address}`),
  })),
  dns: host((after) => ({ Dns: after.dns ?? [] })),
  sysctls: host((after) => ({ Sysctls: after.sysctls ?? {} })),
  runtime: host((after) => ({ Runtime: after.runtime ?? '' })),
  logging: host((after) => ({ LogConfig: logConfig(after.logging ?? {}) })),
  restart: host((after) => ({ RestartPolicy: restartPolicy(after.restart ?? 'no') })),
  ports: (spec, after) => withPorts(spec, after.ports ?? []),
  environment: (spec, after, before) =>
    withEnvironment(spec, after.environment ?? {}, before.environment ?? {}),
  command: (spec, { command = [] }) => ({ ...spec, Cmd: command }),
  entrypoint: (spec, { entrypoint = [] }) => ({ ...spec, Entrypoint: entrypoint }),
  hostname: (spec, { hostname = '' }) =>
    hostname === '' ? withoutName(spec) : { ...spec, Hostname: hostname },
  stopGraceSeconds: (spec, { stopGraceSeconds = 10 }) => ({ ...spec, StopTimeout: stopGraceSeconds }),
  healthcheck: (spec, { healthcheck }) => ({
    ...spec,
    Healthcheck: { Test: healthcheck?.disabled === false ? healthcheck.test : ['NONE'] },
  }),
};

/** The container with the fields in which the two services differ; the same object where nothing can be made of it. */
export function withServiceChange(spec: ContainerSpec, before: Service, after: Service): ContainerSpec {
  const fields = (Object.keys(CHANGES) as (keyof Service)[]).filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
  return fields.reduce((changed, field) => CHANGES[field]?.(changed, after, before) ?? changed, spec);
}

function host(change: (after: Service) => Partial<HostConfigSpec>): Change {
  return (spec, after) => withHost(spec, change(after));
}

function withHost(spec: ContainerSpec, change: Partial<HostConfigSpec>): ContainerSpec {
  return { ...spec, HostConfig: { ...spec.HostConfig, ...change } };
}

/** The engine knows "unconfined system paths" as empty lists. */
function securityOptions(options: readonly string[]): Partial<HostConfigSpec> {
  const plain = options.filter((option) => !/^systempaths[:=]unconfined$/.test(option));
  const isUnmasked = plain.length < options.length;
  return { SecurityOpt: [...plain], ...(isUnmasked ? { MaskedPaths: [], ReadonlyPaths: [] } : {}) };
}

/** A name of its own cannot be had in a namespace of the host. */
function withoutName(spec: ContainerSpec): ContainerSpec {
  const changed = { ...spec };
  delete changed.Hostname;
  delete changed['Domainname'];
  return changed;
}

/** Network settings of its own cannot be had in a network of another. */
function withNetworkMode(spec: ContainerSpec, mode: string): ContainerSpec {
  const own = mode === 'none' || mode === 'bridge';
  const sysctls = Object.entries(spec.HostConfig.Sysctls ?? {}).filter(
    ([name]) => own || !name.startsWith('net.'),
  );
  const changed = withHost(spec, { NetworkMode: mode, Sysctls: Object.fromEntries(sysctls) });
  return { ...(own ? changed : withoutName(changed)), networks: {} };
}

function withDevices(
  spec: ContainerSpec,
  after: readonly string[],
  before: readonly string[],
): ContainerSpec {
  const gone = before.filter((device) => !after.includes(device));
  const added = after.filter((device) => !before.includes(device));
  return withHost(spec, {
    Devices: [
      ...(spec.HostConfig.Devices ?? []).filter(({ PathOnHost }) => !gone.includes(PathOnHost)),
      ...added.map((device) => {
        const [onHost = device, inContainer = onHost, rights = 'rwm'] = device.split(':');
        return { PathOnHost: onHost, PathInContainer: inContainer, CgroupPermissions: rights };
      }),
    ],
  });
}

function logConfig({
  driver,
  maxSize,
  maxFile,
}: NonNullable<Service['logging']>): NonNullable<HostConfigSpec['LogConfig']> {
  return {
    Type: driver ?? '',
    Config: {
      ...(maxSize === undefined ? {} : { 'max-size': maxSize }),
      ...(maxFile === undefined ? {} : { 'max-file': maxFile }),
    },
  };
}

function restartPolicy(text: string): { Name: string; MaximumRetryCount: number } {
  const [name = 'no', retries] = text.split(':');
  return { Name: name, MaximumRetryCount: Number(retries ?? 0) };
}

function withPorts(spec: ContainerSpec, ports: NonNullable<Service['ports']>): ContainerSpec {
  const bindings: NonNullable<HostConfigSpec['PortBindings']> = {};
  for (const { containerPort, protocol, hostAddress = '', hostPort } of ports)
    (bindings[`${containerPort}/${protocol}`] ??= []).push({
      HostIp: hostAddress,
      HostPort: hostPort === undefined ? '' : String(hostPort),
    });
  return withHost(spec, { PortBindings: bindings });
}

/** Only what differs: the twin's own values of secrets stay. */
function withEnvironment(
  spec: ContainerSpec,
  after: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
): ContainerSpec {
  const names = new Set([...Object.keys(after), ...Object.keys(before)]);
  const changed = [...names].filter((name) => after[name] !== before[name]);
  const nameOf = (entry: string): string => entry.split('=', 1)[0] ?? entry;
  return {
    ...spec,
    Env: [
      ...spec.Env.filter((entry) => !changed.includes(nameOf(entry))),
      ...changed.flatMap((name) => (after[name] === undefined ? [] : [`${name}=${after[name]}`])),
    ],
  };
}
