import type { ContainerSpec, EndpointSpec, MountSpec } from '../container-spec.ts';
import { type AddressMapping, translateAddresses } from './translate-addresses.ts';

/** What a container of the twin gets in the place of what the target's has. */
export interface TwinParts {
  env: readonly string[];
  mounts: MountSpec[];
  /** Single files: "/var/lib/…:/etc/x:ro". */
  binds: string[];
  /** Name of the target's network → name of the twin's. */
  networks: ReadonlyMap<string, string>;
  mappings: readonly AddressMapping[];
}

const LOG_SIZE = '10m';

/**
 * A container like the target's in which its program runs: same image, user, command and limits. What would tie it to the host
 * (published ports, devices, namespaces of others, restarts) is left out. Pure.
 */
export function twinContainer(spec: ContainerSpec, parts: TwinParts): ContainerSpec {
  const translate = (text: string): string => translateAddresses(text, parts.mappings);
  const networks = Object.fromEntries(
    Object.entries(spec.networks).flatMap(([name, endpoint]): [string, EndpointSpec][] => {
      const twin = parts.networks.get(name);
      return twin === undefined ? [] : [[twin, twinEndpoint(endpoint, translate)]];
    }),
  );
  const { HostConfig } = spec;
  const dns = (HostConfig.Dns ?? [])
    .map(translate)
    .filter((address, index) => address !== HostConfig.Dns?.[index]);
  const own = { ...spec };
  for (const key of ['ExposedPorts', 'Volumes', 'MacAddress', 'NetworkDisabled', 'OnBuild']) delete own[key];
  return {
    ...own,
    Env: parts.env.map(translate),
    Labels: {},
    Healthcheck: { Test: ['NONE'] },
    ...namesOfOthers(spec),
    HostConfig: {
      ...HostConfig,
      NetworkMode: Object.keys(networks)[0] ?? 'none',
      // A resolver beyond the deployment is out of reach; asking it would only wait for it.
      Dns: dns.length > 0 ? dns : ['127.0.0.1'],
      ExtraHosts: (HostConfig.ExtraHosts ?? []).map(translate),
      Binds: parts.binds,
      Mounts: parts.mounts,
      PortBindings: {},
      PublishAllPorts: false,
      RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
      LogConfig: { Type: 'json-file', Config: { 'max-size': LOG_SIZE } },
      Privileged: false,
      AutoRemove: false,
      Links: null,
      VolumesFrom: null,
      Devices: null,
      DeviceRequests: null,
      CgroupParent: '',
      ContainerIDFile: '',
      PidMode: ownMode(HostConfig.PidMode),
      IpcMode: ownMode(HostConfig.IpcMode),
      UTSMode: ownMode(HostConfig.UTSMode),
    },
    networks,
  };
}

/**
 * In place of the engine's random name, which is the container's id. A fixed one, because a container that is made anew with
 * another token must know the lease of the one before as its own, or OpenClaw refuses to start.
 */
function namesOfOthers({ Hostname = '' }: ContainerSpec): { Hostname?: string } {
  return Hostname === '' || /^[0-9a-f]{12}$/.test(Hostname) ? { Hostname: 'twin' } : {};
}

function ownMode(mode: string | undefined): string {
  return mode === undefined || mode === 'host' || mode.startsWith('container:') ? '' : mode;
}

function twinEndpoint(
  { Aliases, IPAMConfig }: EndpointSpec,
  translate: (text: string) => string,
): EndpointSpec {
  const address = IPAMConfig?.IPv4Address;
  return {
    // Ids and names of containers are the target's; names of services stay.
    Aliases: (Aliases ?? []).filter((alias) => !/^[0-9a-f]{12,64}$/.test(alias)),
    ...(address === undefined || address === '' ? {} : { IPAMConfig: { IPv4Address: translate(address) } }),
  };
}
