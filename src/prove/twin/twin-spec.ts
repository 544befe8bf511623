import type { ContainerInspect } from '../../engine/docker-types.ts';
import type { Random } from '../../ports/system.ts';
import type {
  ContainerSpec,
  EndpointSpec,
  EngineObject,
  HostConfigSpec,
  MountSpec,
} from '../container-spec.ts';
import { NAME_PREFIX } from '../layout.ts';
import type { ProofTarget, TwinNetwork, TwinSpec } from '../proof-target.ts';
import { configWithoutSecrets, withoutSecrets } from './replace-secrets.ts';

/** What the engine says of the deployment, member by member as it came. */
export interface RawTarget {
  gateway: ContainerInspect;
  egress?: ContainerInspect;
  ingress?: ContainerInspect;
  networks: readonly unknown[];
  /** Ids of all containers of the deployment. */
  own: ReadonlySet<string>;
}

/** A deployment like the one that runs. Its secrets are others, its mounts and addresses still those of the target. */
export function twinSpecOf(target: ProofTarget, raw: RawTarget, random: Random): TwinSpec {
  const roles = ['egress', 'ingress'] as const;
  return {
    target,
    gateway: containerSpecOf(raw.gateway, random),
    sidecars: roles.flatMap((role) => {
      const container = raw[role];
      return container === undefined
        ? []
        : [{ role, spec: containerSpecOf(container, random), container: container.Id }];
    }),
    networks: raw.networks.map((network) => networkOf(network, raw.own)),
    ...(target.config === undefined ? {} : { config: configWithoutSecrets(target.config, random) }),
  };
}

/** What the engine is to be asked for to make such a container. Mounts of all kinds are in `HostConfig.Mounts` and `Tmpfs`. */
export function containerSpecOf(inspect: ContainerInspect, random: Random): ContainerSpec {
  const config = inspect.Config as EngineObject & ContainerInspect['Config'];
  const host = inspect.HostConfig as unknown as HostConfigSpec;
  return {
    ...config,
    // By its id: the tag may mean another image by now.
    Image: inspect.Image,
    Env: withoutSecrets(config.Env ?? [], random),
    Labels: config.Labels ?? {},
    Entrypoint: config.Entrypoint ?? null,
    Cmd: config.Cmd ?? null,
    HostConfig: {
      ...host,
      Binds: null,
      VolumesFrom: null,
      Mounts: mountsOf(inspect, host),
    },
    networks: endpointsOf(inspect),
  };
}

/** Everything that is mounted, also what came with other containers or with the image; with the options it was asked for with. */
function mountsOf(inspect: ContainerInspect, host: HostConfigSpec): MountSpec[] {
  const asked = host.Mounts ?? [];
  const found = inspect.Mounts.map((mount): MountSpec => {
    const same = asked.find(({ Target }) => trimmed(Target) === trimmed(mount.Destination));
    const type = mount.Type === 'volume' || mount.Type === 'tmpfs' ? mount.Type : 'bind';
    const source = type === 'volume' ? mount.Name : mount.Source;
    return {
      ...(same ?? propagationOf(mount, host.Binds)),
      Type: type,
      ...(source ? { Source: source } : {}),
      Target: mount.Destination,
      ReadOnly: !mount.RW,
    };
  });
  const targets = new Set([...found.map(({ Target }) => trimmed(Target)), ...Object.keys(host.Tmpfs ?? {})]);
  return [
    ...found.filter(({ Type, Target }) => Type !== 'tmpfs' || !(trimmed(Target) in (host.Tmpfs ?? {}))),
    ...asked.filter(({ Type, Target }) => Type === 'tmpfs' && !targets.has(trimmed(Target))),
  ];
}

/** As it was asked for. What the engine chose by itself it chooses again, and does not always take when it is told. */
function propagationOf(
  { Propagation, Destination }: ContainerInspect['Mounts'][number],
  binds: readonly string[] | null | undefined,
): Partial<MountSpec> {
  if (!Propagation) return {};
  const isAsked = binds?.some((bind) => {
    const [, target = '', options = ''] = bind.split(':');
    return trimmed(target) === trimmed(Destination) && options.split(',').includes(Propagation);
  });
  return isAsked === true ? { BindOptions: { Propagation } } : {};
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, '') || '/';
}

/** What was asked for, without what the engine gave. */
function endpointsOf({ Id, NetworkSettings }: ContainerInspect): Record<string, EndpointSpec> {
  const entries = Object.entries(NetworkSettings.Networks as Record<string, EngineObject>);
  return Object.fromEntries(
    entries
      .filter(([name]) => name !== 'host' && name !== 'none')
      .map(([name, { IPAMConfig, Aliases, Links, DriverOpts, GwPriority }]) => {
        const aliases = ((Aliases ?? []) as string[]).filter((alias) => !Id.startsWith(alias));
        const kept = { IPAMConfig, Links, DriverOpts, GwPriority, Aliases: aliases };
        return [name, Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined))];
      }),
  );
}

function networkOf(raw: unknown, own: ReadonlySet<string>): TwinNetwork {
  const { Name, Internal, Driver, Options, IPAM, Containers } = raw as RawNetwork;
  const block = (IPAM?.Config ?? []).find(({ Subnet }) => Subnet?.includes('.'));
  return {
    name: Name,
    internal: Internal === true,
    driver: Driver ?? 'bridge',
    options: Options ?? {},
    ...(block?.Subnet ? { subnet: block.Subnet } : {}),
    ...(block?.Gateway ? { hostAddress: block.Gateway.replace(/\/.*/, '') } : {}),
    isChanged: false,
    neighbours: neighboursIn(Containers ?? {}, own),
  };
}

/** Proofs that run at the same time are nobody's neighbours. */
function neighboursIn(containers: NonNullable<RawNetwork['Containers']>, own: ReadonlySet<string>): string[] {
  return Object.entries(containers)
    .filter(([id, { Name }]) => !own.has(id) && !Name.startsWith(`${NAME_PREFIX}-`))
    .map(([, { Name }]) => Name);
}

interface RawNetwork {
  Name: string;
  Internal?: boolean;
  Driver?: string;
  Options?: Record<string, string> | null;
  IPAM?: { Config?: { Subnet?: string; Gateway?: string }[] | null };
  Containers?: Record<string, { Name: string }> | null;
}
