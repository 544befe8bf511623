import type { ComposeConfig, ConfigMount, ConfigService } from './compose-config.ts';

/** What is at the host's end of a bind mount. */
export type SourceKind = 'file' | 'directory' | 'missing' | 'other';

export interface TrialInput {
  /** The mended deployment as Compose reads it. */
  config: ComposeConfig;
  /** Service that is OpenClaw. */
  gateway: string;
  /** Name of the trial's own Compose project. */
  name: string;
  /** Label that everything of the trial gets. */
  label: [name: string, value: string];
  /** What is at the sources of bind mounts, by absolute path. */
  sources: ReadonlyMap<string, SourceKind>;
  /** Absolute path for the copy of a file that is mounted writable. */
  copyPath(index: number, source: string): string;
}

/** A deployment of its own that is like the mended one and can touch nothing of it. */
export interface TrialPlan {
  /** What Compose starts; JSON of it is a compose file. */
  document: Record<string, unknown>;
  services: string[];
  /** Images that must be on this machine. */
  images: string[];
  volumes: TrialVolume[];
  files: TrialFile[];
}

/** A volume of the trial and what it is filled with; empty without `from`. */
export interface TrialVolume {
  name: string;
  from?: { kind: 'volume' | 'directory'; source: string };
}

export interface TrialFile {
  source: string;
  copy: string;
}

/** Fields of a service that would clash with the running one, or reach it. */
const LEFT_OUT: readonly string[] = [
  'build', 'container_name', 'deploy', 'external_links', 'links', 'mac_address', 'ports', 'profiles', 'restart', 'scale',
  'volumes_from',
]; // prettier-ignore

/** Of `deploy` only what limits a container. */
const DEPLOY_KEPT = 'resources';

/**
 * Plans the trial: the gateway and what it depends on, on networks without a way out, so that no bot answers twice; on
 * copies of what it may write; without published ports, fixed names and restarts.
 */
export function planTrial(input: TrialInput): TrialPlan {
  const { config, name, label } = input;
  const services = withDependencies(config, input.gateway);
  const plan: TrialPlan = { document: {}, services, images: [], volumes: [], files: [] };
  const entries = services.map((service) => [service, trialService(input, service, plan)] as const);
  const labels = { [label[0]]: label[1] };
  plan.document = {
    name,
    services: Object.fromEntries(entries),
    networks: Object.fromEntries(
      networksOf(input, services).map((network) => [network, { internal: true, labels }]),
    ),
    ...(plan.volumes.length === 0
      ? {}
      : {
          volumes: Object.fromEntries(
            plan.volumes.map((volume) => [volume.name, { external: true, name: volume.name }]),
          ),
        }),
    ...(config.secrets === undefined ? {} : { secrets: config.secrets }),
    ...(config.configs === undefined ? {} : { configs: config.configs }),
  };
  return plan;
}

/** The gateway, and what it does not start without, in the order in which they are named. */
export function withDependencies({ services = {} }: ComposeConfig, gateway: string): string[] {
  const found = new Set([gateway]);
  for (const service of found) {
    const { depends_on: dependencies = {}, network_mode: mode = '' } = services[service] ?? {};
    for (const other of Object.keys(dependencies)) if (services[other]) found.add(other);
    const shared = /^service:(.+)$/.exec(mode)?.[1];
    if (shared !== undefined && services[shared]) found.add(shared);
  }
  return [...found];
}

function networksOf({ config }: TrialInput, services: readonly string[]): string[] {
  const names = services.flatMap((service) => Object.keys(config.services?.[service]?.networks ?? {}));
  return [...new Set(['default', ...names])];
}

function trialService(input: TrialInput, service: string, plan: TrialPlan): ConfigService {
  const { config, label } = input;
  const given = config.services?.[service] ?? {};
  const image = given.image ?? `${config.name ?? ''}-${service}`;
  if (!plan.images.includes(image)) plan.images.push(image);
  const kept = Object.fromEntries(Object.entries(given).filter(([key]) => !LEFT_OUT.includes(key)));
  const limits = (given['deploy'] as Record<string, unknown> | undefined)?.[DEPLOY_KEPT];
  const { network_mode: mode = '' } = given;
  const { network_mode: _mode, networks: _networks, ...rest } = kept;
  return {
    ...rest,
    image,
    restart: 'no',
    labels: { ...(given['labels'] as Record<string, string> | undefined), [label[0]]: label[1] },
    ...(limits === undefined ? {} : { deploy: { resources: limits } }),
    ...(mode.startsWith('service:') ? { network_mode: mode } : { networks: ownNetworks(given) }),
    ...(given.volumes === undefined
      ? {}
      : { volumes: given.volumes.flatMap((mount) => trialMount(input, mount, plan)) }),
  };
}

/** The same networks by name, with other addresses. */
function ownNetworks({ networks }: ConfigService): Record<string, Record<string, unknown> | null> {
  const entries = Object.entries(networks ?? { default: null });
  return Object.fromEntries(
    entries.map(([network, options]) => {
      const aliases = options?.['aliases'];
      return [network, aliases === undefined ? null : { aliases }];
    }),
  );
}

function trialMount(input: TrialInput, mount: ConfigMount, plan: TrialPlan): ConfigMount[] {
  if (mount.type === 'volume') return [volumeMount(input, mount, plan)];
  if (mount.type !== 'bind' || mount.source === undefined) return [mount];
  const kind = input.sources.get(mount.source) ?? 'missing';
  // A socket, a device: what is behind it is not ours.
  if (kind === 'other') return [];
  if (mount.read_only === true && kind !== 'missing') return [mount];
  if (kind === 'file') return [fileMount(input, mount, mount.source, plan)];
  const from = kind === 'directory' ? { kind, source: mount.source } : undefined;
  return [ownVolume(input, mount, plan, from)];
}

function volumeMount(input: TrialInput, mount: ConfigMount, plan: TrialPlan): ConfigMount {
  if (mount.source === undefined) return mount;
  const { name = mount.source } = input.config.volumes?.[mount.source] ?? {};
  return ownVolume(input, mount, plan, { kind: 'volume', source: name });
}

/** One volume for all services that share a source. */
function ownVolume(
  input: TrialInput,
  mount: ConfigMount,
  plan: TrialPlan,
  from: TrialVolume['from'],
): ConfigMount {
  const known = plan.volumes.find(
    (volume) => from !== undefined && volume.from?.kind === from.kind && volume.from.source === from.source,
  );
  const volume = known ?? {
    name: `${input.name}-${plan.volumes.length + 1}`,
    ...(from === undefined ? {} : { from }),
  };
  if (!known) plan.volumes.push(volume);
  return {
    type: 'volume',
    source: volume.name,
    target: mount.target,
    ...(mount.read_only === true ? { read_only: true } : {}),
    volume: { nocopy: from !== undefined },
  };
}

function fileMount(input: TrialInput, mount: ConfigMount, source: string, plan: TrialPlan): ConfigMount {
  const known = plan.files.find((file) => file.source === source);
  const file = known ?? { source, copy: input.copyPath(plan.files.length, source) };
  if (!known) plan.files.push(file);
  return { ...mount, source: file.copy };
}
