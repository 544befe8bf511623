import type { Random } from '../../ports/system.ts';
import type { ContainerSpec, EndpointSpec, EngineObject, HostConfigSpec } from '../container-spec.ts';
import { KIT, nodeCommand } from '../layout.ts';
import type { TwinSpec } from '../proof-target.ts';
import { cellMounts, type FreshMount } from './cell-mounts.ts';
import { withoutSecrets } from './replace-secrets.ts';

export interface CellOptions {
  random: Random;
  /** Name servers; nobody when absent, so that no name is ever asked for outside. */
  dns?: readonly string[];
}

/** A cell that lacks only what has to be made for it. */
export interface CellPlan {
  spec: ContainerSpec;
  fresh: FreshMount[];
}

/** Drivers whose logs stay with the container; others hand them on to somebody. */
const OWN_LOGS = ['json-file', 'local', 'none', ''];

/** Nobody reaches, restarts or removes it, and its limits are its own: those that are shared are used up by whoever is first. */
export const UNATTENDED = {
  PortBindings: {},
  PublishAllPorts: false,
  Links: null,
  RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
  AutoRemove: false,
  CgroupParent: '',
} as const satisfies Partial<HostConfigSpec>;

/** What the target has of its own, or is asked for by others, and protects nothing. */
const OWN_MEMBERS = ['Hostname', 'Domainname', 'MacAddress', 'ExposedPorts', 'Volumes', 'StopTimeout'];

/**
 * The container in which attempts are made: the gateway as the engine would make it, with the payload as its program and
 * nothing by which the target or anybody around it could take it for the gateway.
 */
export function cellSpec(twin: TwinSpec, options: CellOptions): CellPlan {
  const { gateway, mountSources = new Map() } = twin;
  const { HostConfig } = gateway;
  const networks = ownNetworks(twin);
  const { kept, fresh } = cellMounts(HostConfig.Mounts ?? [], mountSources, uidOf(gateway.User));
  const spec: ContainerSpec = {
    ...without(gateway, OWN_MEMBERS),
    Image: gateway.Image,
    // Again: a weakening may have added one.
    Env: withoutSecrets(gateway.Env, options.random),
    Entrypoint: nodeCommand(KIT.payload),
    Cmd: [],
    Healthcheck: { Test: ['NONE'] },
    // Compose, proxies and guards that watch labels must not see it.
    Labels: {},
    HostConfig: {
      ...cellHostConfig(HostConfig, options.dns ?? ['127.0.0.1']),
      Mounts: kept,
      ...(HostConfig.NetworkMode in gateway.networks && !(HostConfig.NetworkMode in networks)
        ? { NetworkMode: Object.keys(networks)[0] ?? 'none' }
        : {}),
    },
    networks: Object.fromEntries(Object.entries(networks).map(([name, each]) => [name, cellEndpoint(each)])),
  };
  return { spec, fresh };
}

function cellHostConfig(host: HostConfigSpec, dns: readonly string[]): HostConfigSpec {
  const isGuest = host.NetworkMode.startsWith('container:');
  const isLogged = OWN_LOGS.includes(host.LogConfig?.Type ?? '');
  return {
    ...host,
    Binds: null,
    VolumesFrom: null,
    ContainerIDFile: '',
    ...UNATTENDED,
    // The shared memory of another container is its own: an attack would fill it.
    ...(host.IpcMode?.startsWith('container:') === true ? { IpcMode: 'private' } : {}),
    ...(isLogged ? {} : { LogConfig: { Type: 'none' } }),
    // The engine allows none of these in a network that is another container's.
    ...(isGuest ? { Dns: null, DnsOptions: null, DnsSearch: null, ExtraHosts: null } : { Dns: [...dns] }),
  };
}

/** Networks on which no address belongs to anybody else: those of other drivers (macvlan, overlay) lead past this host. */
function ownNetworks({ gateway, networks }: TwinSpec): Record<string, EndpointSpec> {
  const foreign = new Set(
    networks.flatMap(({ name, driver, isChanged }) => (driver === 'bridge' || isChanged ? [] : [name])),
  );
  return Object.fromEntries(Object.entries(gateway.networks).filter(([name]) => !foreign.has(name)));
}

/** The engine picks the address, and no name leads to it: on the target's network a second `gateway` would get its calls. */
function cellEndpoint({ DriverOpts, GwPriority }: EndpointSpec): EndpointSpec {
  return {
    ...(DriverOpts === undefined || DriverOpts === null ? {} : { DriverOpts }),
    ...(GwPriority === undefined ? {} : { GwPriority }),
  };
}

function uidOf(user = ''): number {
  const uid = Number(user.split(':')[0]);
  return Number.isInteger(uid) ? uid : 0;
}

function without(object: EngineObject, names: readonly string[]): EngineObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}
