import type { Random } from '../../ports/system.ts';
import type { ContainerSpec, MountSpec } from '../container-spec.ts';
import type { Lab } from '../lab.ts';
import type { TwinNetwork, TwinSpec } from '../proof-target.ts';
import { cellSpec, type CellOptions } from './cell.ts';
import type { FreshMount } from './cell-mounts.ts';
import { randomText } from './replace-secrets.ts';

/** A file in place of a larger one says as much. */
const MAX_FILE_BYTES = 64 * 1024;

/** Of a bridge, only one network can have these. */
const OWN_OPTIONS = ['com.docker.network.bridge.name', 'com.docker.network.container_iface_prefix'];

export interface Cells {
  /** A cell like the twin's gateway with all that it needs; for `lab.runAttempts`. */
  of(twin: TwinSpec, options?: Pick<CellOptions, 'dns'>): Promise<ContainerSpec>;
}

/**
 * Makes cells. What they are given in place of the target's volumes and files is made once and shared by all cells of the
 * run, and so is a network that a weakening changed.
 */
export function createCells(
  lab: Pick<Lab, 'createVolume' | 'createNetwork' | 'volumePath'>,
  random: Random,
): Cells {
  const volumes = createOnce<string>();
  const networks = createOnce<string>();
  const freshMount = async ({ target, readOnly, source }: FreshMount): Promise<MountSpec> => {
    const volume = await volumes(JSON.stringify([target, source]), () => createFresh(lab, random, source));
    if (source.kind === 'directory')
      return {
        Type: 'volume',
        Source: volume,
        Target: target,
        ReadOnly: readOnly,
        VolumeOptions: { NoCopy: true },
      };
    // A volume is a folder; a file in it is mounted from where the engine keeps the volume.
    return {
      Type: 'bind',
      Source: `${await lab.volumePath(volume)}/file`,
      Target: target,
      ReadOnly: readOnly,
    };
  };
  const networkName = async (network: TwinNetwork): Promise<string> =>
    networks(JSON.stringify(network), async () => {
      const options = Object.entries(network.options).filter(([name]) => !OWN_OPTIONS.includes(name));
      const { internal } = network;
      return (await lab.createNetwork('changed', { internal, options: Object.fromEntries(options) })).name;
    });
  return {
    of: async (twin, options = {}) => {
      const { spec, fresh } = cellSpec(twin, { ...options, random });
      const [mounts, renamed] = await Promise.all([
        Promise.all(fresh.map(freshMount)),
        renamedNetworks(twin.networks, Object.keys(spec.networks), networkName),
      ]);
      return withNetworks(
        {
          ...spec,
          HostConfig: { ...spec.HostConfig, Mounts: [...(spec.HostConfig.Mounts ?? []), ...mounts] },
        },
        renamed,
      );
    },
  };
}

async function createFresh(
  lab: Pick<Lab, 'createVolume'>,
  random: Random,
  { kind, size, ...owner }: FreshMount['source'],
): Promise<string> {
  if (kind === 'directory') return lab.createVolume('state', [], owner);
  const content = randomText(random, Math.min(size, MAX_FILE_BYTES));
  return lab.createVolume('file', [{ path: 'file', content, ...owner }], { uid: 0, gid: 0, mode: 0o755 });
}

/** Name of the target's network → the one that stands for it. */
async function renamedNetworks(
  networks: readonly TwinNetwork[],
  joined: readonly string[],
  nameOf: (network: TwinNetwork) => Promise<string>,
): Promise<ReadonlyMap<string, string>> {
  const changed = networks.filter(({ isChanged, name }) => isChanged && joined.includes(name));
  return new Map(
    await Promise.all(
      changed.map(async (network): Promise<[string, string]> => [network.name, await nameOf(network)]),
    ),
  );
}

function withNetworks(spec: ContainerSpec, renamed: ReadonlyMap<string, string>): ContainerSpec {
  if (renamed.size === 0) return spec;
  const nameOf = (name: string): string => renamed.get(name) ?? name;
  return {
    ...spec,
    HostConfig: { ...spec.HostConfig, NetworkMode: nameOf(spec.HostConfig.NetworkMode) },
    networks: Object.fromEntries(Object.entries(spec.networks).map(([name, each]) => [nameOf(name), each])),
  };
}

/** Makes each thing once, also when several ask for it at the same time. */
function createOnce<T>(): (key: string, make: () => Promise<T>) => Promise<T> {
  const made = new Map<string, Promise<T>>();
  return (key, make) => {
    const found = made.get(key) ?? make();
    made.set(key, found);
    return found;
  };
}
