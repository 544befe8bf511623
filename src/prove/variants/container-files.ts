import type { HostConfigSpec, MountSpec } from '../container-spec.ts';
import type { TwinSpec, Variant } from '../proof-target.ts';
import { withGateway } from './with-gateway.ts';

/** Where a tmpfs is added to a twin that has none. */
const OWN_TMPFS = '/clawproof-tmp';

/** Twins whose files, namespaces or limits are weaker in one point, beside those that measures make by their own `weaken`. */
export const fileVariants: readonly Variant[] = [
  {
    id: 'writable-config',
    title: 'The settings are mounted writable',
    weaken: withWritableConfig,
  },
  {
    id: 'exec-tmpfs',
    title: 'Programs can be started from /tmp',
    weaken: (twin) =>
      withTmpfs(twin, (options) => [
        ...options.filter((option) => option !== 'noexec' && option !== 'exec'),
        'exec',
      ]),
  },
  {
    id: 'unsized-tmpfs',
    title: '/tmp has no size',
    weaken: (twin) => withTmpfs(twin, (options) => options.filter((option) => !option.startsWith('size='))),
  },
  {
    id: 'host-device',
    title: 'A device is handed in',
    // A harmless one that every host has; by its name it is none of those that every container has.
    weaken: (twin) =>
      withGateway(twin, {
        Devices: [
          ...(hostOf(twin).Devices ?? []),
          { PathOnHost: '/dev/zero', PathInContainer: '/dev/clawproof-device', CgroupPermissions: 'rwm' },
        ],
      }),
  },
  {
    id: 'unmasked-paths',
    title: 'Nothing covers the files of the kernel (systempaths=unconfined)',
    weaken: (twin) => withGateway(twin, { MaskedPaths: [], ReadonlyPaths: [] }),
  },
  {
    id: 'host-ipc',
    title: 'It shares the memory segments of the host',
    weaken: (twin) => withGateway(twin, { IpcMode: 'host' }),
  },
  {
    id: 'host-uts',
    title: 'It shares the name of the host',
    weaken: (twin) => withGateway(twin, { UTSMode: 'host' }, { Hostname: '' }),
  },
  {
    id: 'host-network',
    title: 'It shares the network of the host',
    weaken: withHostNetwork,
  },
  {
    id: 'host-cgroups',
    title: 'It shares the tree of control groups of the host',
    weaken: (twin) => withGateway(twin, { CgroupnsMode: 'host' }),
  },
  {
    id: 'host-users',
    title: "It opts out of the engine's mapping of users",
    weaken: (twin) => (twin.target.engine.usernsRemap ? withGateway(twin, { UsernsMode: 'host' }) : null),
  },
  {
    id: 'no-memory-limit',
    title: 'Memory has no limit',
    weaken: (twin) => withGateway(twin, { Memory: 0, MemorySwap: 0, MemoryReservation: 0 }),
  },
  {
    id: 'swap-beyond-memory',
    title: 'Swap has no limit',
    weaken: (twin) => withGateway(twin, { MemorySwap: -1 }),
  },
  {
    id: 'no-processor-limit',
    title: 'Processor time has no limit',
    weaken: (twin) => withGateway(twin, { NanoCpus: 0, CpuQuota: 0, CpuPeriod: 0 }),
  },
  {
    id: 'no-open-file-limit',
    title: 'Open files have no limit of the container',
    weaken: (twin) => withoutUlimit(twin, 'nofile'),
  },
  {
    id: 'core-dumps',
    title: 'Crashes may write core files',
    weaken: (twin) => withoutUlimit(twin, 'core'),
  },
];

function hostOf({ gateway }: TwinSpec): HostConfigSpec {
  return gateway.HostConfig;
}

/** Only where it is a mount of its own: in the state volume it is writable already. */
function withWritableConfig(twin: TwinSpec): TwinSpec | null {
  const path = twin.target.configPath ?? '/etc/openclaw/openclaw.json';
  const mounts = hostOf(twin).Mounts ?? [];
  const isConfig = ({ Target, ReadOnly }: MountSpec): boolean =>
    ReadOnly === true &&
    Target !== '/' &&
    (path === Target || path.startsWith(`${Target.replace(/\/+$/, '')}/`));
  if (!mounts.some(isConfig)) return null;
  return withGateway(twin, {
    Mounts: mounts.map((mount) => (isConfig(mount) ? { ...mount, ReadOnly: false } : mount)),
  });
}

/** Changes the options of the twin's tmpfs at /tmp, or of the first one, or of one that is added. */
function withTmpfs(twin: TwinSpec, change: (options: string[]) => string[]): TwinSpec {
  const tmpfs = hostOf(twin).Tmpfs ?? {};
  const target = '/tmp' in tmpfs ? '/tmp' : (Object.keys(tmpfs)[0] ?? OWN_TMPFS);
  const options = (tmpfs[target] ?? 'mode=1777,size=16m,noexec').split(',').filter((option) => option !== '');
  return withGateway(twin, { Tmpfs: { ...tmpfs, [target]: change(options).join(',') } });
}

/** Settings of the container's own network have no place there. */
function withHostNetwork(twin: TwinSpec): TwinSpec {
  const sysctls = Object.entries(hostOf(twin).Sysctls ?? {}).filter(([name]) => !name.startsWith('net.'));
  return withGateway(
    twin,
    { NetworkMode: 'host', Sysctls: Object.fromEntries(sysctls), PortBindings: {}, ExtraHosts: null },
    { networks: {}, Hostname: '' },
  );
}

/** Without one of the container the engine's own limit holds. */
function withoutUlimit(twin: TwinSpec, name: string): TwinSpec {
  const ulimits = (hostOf(twin).Ulimits ?? []).filter(({ Name }) => Name !== name);
  return withGateway(twin, { Ulimits: ulimits });
}
