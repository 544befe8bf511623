import { parseShortPort, parseShortVolume } from '../../src/deployment/compose/project/short-syntax.ts';
import { splitCommand } from '../../src/deployment/compose/shell-words.ts';
import {
  type CanonicalContext,
  type Json,
  type JsonMap,
  bytesOf,
  contextPath,
  durationOf,
  goText,
  hostPath,
  isEmpty,
  listOf,
  mapOf,
  mapValues,
  modeOf,
  pairsOf,
  sorted,
  tidy,
  unique,
  withoutEmpty,
  withoutExtensions,
} from './canonical-values.ts';

/**
 * Brings a compose project to one form, whatever syntax it is written in: `docker compose config --format json` and our
 * own result become equal when they mean the same. Defaults are left out, paths are absolute, resources that no service
 * uses are gone.
 */
export function canonicalCompose(project: unknown, context: CanonicalContext): unknown {
  const root = mapOf(project as Json);
  const services = mapValues(mapOf(root['services']), (service) => canonicalService(mapOf(service), context));
  const used = usedResources(services);
  const resources = ['networks', 'volumes', 'secrets', 'configs'].map((section) => {
    const defined = mapOf(root[section]);
    const entries = used[section] ?? new Set<string>();
    return [
      section,
      Object.fromEntries(
        [...entries]
          .toSorted()
          .map((name) => [name, canonicalResource(name, mapOf(defined[name]), section, context)]),
      ),
    ] as const;
  });
  return sorted(withoutEmpty({ services, ...Object.fromEntries(resources) }));
}

function canonicalService(service: JsonMap, context: CanonicalContext): JsonMap {
  const result: JsonMap = {};
  for (const [key, value] of Object.entries(service)) {
    if (key.startsWith('x-') || key === 'env_file' || key === 'extends' || key === 'label_file') continue;
    result[key] = (serviceFields[key] ?? same)(value, context);
  }
  if (service['network_mode'] === undefined && isEmpty(result['networks']))
    result['networks'] = { default: null };
  result['depends_on'] = { ...impliedDependencies(service), ...mapOf(result['depends_on']) };
  return result;
}

type Change = (value: Json, context: CanonicalContext) => Json;

const same: Change = (value) => value;
const text: Change = (value) => goText(value);
const number: Change = (value) => Number(value);
const pairs: Change = (value) => pairsOf(value, '');
const texts: Change = (value) => listOf(value).map((item) => goText(item));
const bytes: Change = (value) => bytesOf(value);
const command: Change = (value) =>
  value === null ? null : typeof value === 'string' ? splitCommand(value) : texts(value, noContext);
const noContext: CanonicalContext = { folder: '', home: '', name: '', variables: {} };

const hosts: Change = (value) => {
  const items = Array.isArray(value)
    ? value.map((item) => goText(item))
    : Object.entries(mapOf(value)).flatMap(([host, entry]) =>
        listOf(entry).map((address) => `${host}=${goText(address)}`),
      );
  return items.map((item) => item.replace(/^([^=:]*)[=:]\[?(.*?)\]?$/, '$1=$2')).toSorted();
};

const ulimits: Change = (value) =>
  mapValues(mapOf(value), (limit) => {
    if (typeof limit !== 'object') return Number(limit);
    return mapValues(mapOf(limit), (part) => Number(part));
  });

const grants =
  (folder?: string): Change =>
  (value) =>
    listOf(value).map((item) => {
      const grant: JsonMap = typeof item === 'string' ? { source: item } : mapOf(item);
      if (folder !== undefined) grant['target'] ??= folder + goText(grant['source'] ?? '');
      if (grant['mode'] !== undefined) grant['mode'] = modeOf(grant['mode']);
      return withoutExtensions(grant);
    });

const build: Change = (value, context) => {
  const given = typeof value === 'string' ? { context: value } : mapOf(value);
  const result: JsonMap = {};
  for (const [key, part] of Object.entries(withoutExtensions(given)))
    result[key] = (buildFields[key] ?? same)(part, context);
  result['context'] = contextPath(goText(given['context'] ?? '.'), context);
  if (result['dockerfile_inline'] === undefined) result['dockerfile'] ??= 'Dockerfile';
  return result;
};

const buildFields: Record<string, Change> = {
  args: (value, { variables }) => {
    const args = pairsOf(value, null);
    for (const [key, arg] of Object.entries(args)) {
      const outer = variables[key];
      if (arg === null && outer !== undefined) args[key] = outer;
      else if (arg === null) delete args[key];
    }
    return args;
  },
  labels: pairs,
  additional_contexts: (value, context) =>
    mapValues(pairsOf(value, ''), (path) => contextPath(goText(path), context)),
  extra_hosts: hosts,
  ulimits,
  secrets: grants(),
  shm_size: bytes,
  cache_from: texts,
  tags: texts,
};

const deploy: Change = (value) => {
  const result = withoutExtensions(mapOf(value));
  if (result['labels'] !== undefined) result['labels'] = pairsOf(result['labels'], '');
  if (result['replicas'] !== undefined) result['replicas'] = Number(result['replicas']);
  const resources = withoutExtensions(mapOf(result['resources']));
  for (const group of ['limits', 'reservations']) {
    const limits = withoutExtensions(mapOf(resources[group]));
    if (limits['memory'] !== undefined) limits['memory'] = bytesOf(limits['memory']);
    for (const key of ['cpus', 'pids'])
      if (limits[key] !== undefined) limits[key] = Math.fround(Number(limits[key]));
    if (limits['devices'] !== undefined) limits['devices'] = requests(limits['devices'], noContext);
    resources[group] = { ...limits, isThere: resources[group] !== undefined };
  }
  for (const group of ['update_config', 'rollback_config', 'restart_policy'])
    result[group] = mapValues(withoutExtensions(mapOf(result[group])), (part) => durationOf(part));
  return { ...result, resources };
};

/** Requests for devices: all of them unless a number or names are given. */
const requests: Change = (value) =>
  (value === 'all' ? [{}] : listOf(value)).map((item) => {
    const request = mapOf(item);
    if (request['device_ids'] === undefined) request['count'] ??= 'all';
    if (request['count'] !== undefined)
      request['count'] = request['count'] === 'all' ? -1 : Number(request['count']);
    if (request['options'] !== undefined) request['options'] = pairsOf(request['options'], '');
    return request;
  });

const healthcheck: Change = (value) => {
  const result = withoutExtensions(mapOf(value));
  for (const key of ['interval', 'timeout', 'start_period', 'start_interval'])
    if (result[key] !== undefined) result[key] = durationOf(result[key]);
  if (typeof result['test'] === 'string') result['test'] = ['CMD-SHELL', result['test']];
  return result;
};

const logging: Change = (value) => {
  const result = withoutExtensions(mapOf(value));
  return { ...result, options: mapValues(mapOf(result['options']), (option) => goText(option ?? '')) };
};

const ports: Change = (value) => {
  const list = listOf(value).flatMap((item): Json[] => {
    if (typeof item === 'object') {
      const port = withoutExtensions(mapOf(item));
      const published = goText(port['published'] ?? '');
      return [{ mode: 'ingress', protocol: 'tcp', ...port, target: Number(port['target']), published }];
    }
    return (parseShortPort(goText(item)) ?? []).map(({ address, ...port }) => ({
      mode: 'ingress',
      host_ip: address,
      ...port,
    }));
  });
  return unique(list);
};

const volumes: Change = (value, context) =>
  unique(
    listOf(value).map((item) => {
      const volume = typeof item === 'string' ? shortVolume(item) : longVolume(mapOf(item));
      if (volume['type'] === 'bind') volume['source'] = hostPath(goText(volume['source'] ?? ''), context);
      return volume;
    }),
  );

function shortVolume(spec: string): JsonMap {
  const { source = '', target = '', options = '', isHostPath = false } = parseShortVolume(spec) ?? {};
  const words = options.split(',');
  return {
    type: isHostPath ? 'bind' : 'volume',
    source,
    target: tidy(target),
    read_only: words.includes('ro'),
    bind: {
      create_host_path: isHostPath,
      propagation: words.find((word) => /^r?(?:private|shared|slave)$/.test(word)) ?? null,
      selinux: words.find((word) => /^[zZ]$/.test(word)) ?? null,
    },
    volume: { nocopy: words.includes('nocopy') },
  };
}

function longVolume(given: JsonMap): JsonMap {
  const volume = withoutExtensions(given);
  const tmpfs = mapOf(volume['tmpfs']);
  if (tmpfs['size'] !== undefined) tmpfs['size'] = bytesOf(tmpfs['size']);
  if (tmpfs['mode'] !== undefined) tmpfs['mode'] = modeOf(tmpfs['mode']);
  return { ...volume, target: tidy(goText(volume['target'] ?? '')), tmpfs };
}

const networks: Change = (value) =>
  Array.isArray(value)
    ? Object.fromEntries(value.map((name) => [goText(name), null]))
    : mapValues(mapOf(value), (network) => {
        const result = withoutEmpty(withoutExtensions(mapOf(network)));
        return isEmpty(result ?? null) ? null : (result ?? null);
      });

const dependencies: Change = (value) =>
  Array.isArray(value)
    ? Object.fromEntries(value.map((name) => [goText(name), started(false)]))
    : mapValues(mapOf(value), (entry) => ({
        condition: 'service_started',
        required: true,
        ...withoutExtensions(mapOf(entry)),
      }));

const devices: Change = (value) =>
  listOf(value).map((item) => {
    if (typeof item !== 'string') return { permissions: 'rwm', ...mapOf(item) };
    const [source = '', target = source, permissions = 'rwm'] = item.split(':');
    return { source, target: target || source, permissions };
  });

const serviceFields: Record<string, Change> = {
  annotations: pairs,
  build,
  command,
  configs: grants(),
  cpus: (value) => Math.fround(Number(value)),
  depends_on: dependencies,
  deploy,
  develop: (value, context) => ({
    watch: listOf(mapOf(value)['watch']).map((watch) => ({
      ...mapOf(watch),
      path: hostPath(goText(mapOf(watch)['path']), context),
    })),
  }),
  devices,
  dns: texts,
  dns_search: texts,
  entrypoint: command,
  environment: (value) => pairsOf(value, null),
  expose: texts,
  extra_hosts: hosts,
  group_add: texts,
  gpus: requests,
  healthcheck,
  hostname: text,
  labels: pairs,
  logging,
  mem_limit: bytes,
  mem_reservation: bytes,
  mem_swappiness: bytes,
  memswap_limit: bytes,
  networks,
  pids_limit: number,
  ports,
  post_start: (value) =>
    listOf(value).map((hook) => ({
      ...mapOf(hook),
      command: command(mapOf(hook)['command'] ?? null, noContext),
    })),
  pull_policy: (value) => (value === 'if_not_present' ? 'missing' : value),
  secrets: grants('/run/secrets/'),
  shm_size: bytes,
  stop_grace_period: (value) => durationOf(value),
  storage_opt: (value) => mapValues(mapOf(value), (part) => goText(part)),
  sysctls: pairs,
  tmpfs: texts,
  ulimits,
  volumes,
};

/** Sharing something of a service means to wait for it. */
function impliedDependencies(service: JsonMap): JsonMap {
  const links = listOf(service['links']).map((item) => goText(item).replace(/^([^:]*):[^:]*$/, '$1'));
  const shared = ['network_mode', 'ipc', 'pid', 'uts', 'cgroup'].map((key) => goText(service[key]));
  const lenders = listOf(service['volumes_from']).map((item) => goText(item));
  return {
    ...entriesOf(
      lenders.filter((item) => !item.startsWith('container:')).map((item) => item.split(':')[0] ?? ''),
      started(false),
    ),
    ...entriesOf(
      shared.filter((item) => item.startsWith('service:')).map((item) => item.slice('service:'.length)),
      started(true),
    ),
    ...entriesOf(links, started(true)),
  };
}

function entriesOf(names: readonly string[], value: Json): JsonMap {
  return Object.fromEntries(names.map((name) => [name, value]));
}

function started(restart: boolean): Json {
  return { condition: 'service_started', required: true, restart };
}

function canonicalResource(name: string, given: JsonMap, section: string, context: CanonicalContext): Json {
  const resource = withoutExtensions(given);
  const external = resource['external'];
  const isExternal = typeof external === 'object' || external === true;
  const outer = mapOf(external ?? null)['name'];
  resource['name'] ??= outer ?? (isExternal ? name : `${context.name}_${name}`);
  resource['external'] = isExternal;
  if (resource['labels'] !== undefined) resource['labels'] = pairsOf(resource['labels'], '');
  if (typeof resource['file'] === 'string') resource['file'] = hostPath(resource['file'], context);
  const options = mapValues(mapOf(resource['driver_opts']), (option) => goText(option));
  if (section === 'volumes' && resource['driver'] === 'local' && options['o'] === 'bind')
    options['device'] = hostPath(goText(options['device'] ?? ''), context);
  resource['driver_opts'] = options;
  const ipam = withoutExtensions(mapOf(resource['ipam']));
  delete ipam['options'];
  return { ...resource, ipam };
}

function usedResources(services: JsonMap): Record<string, ReadonlySet<string>> {
  const all = Object.values(services).map(mapOf);
  const sources = (list: Json | undefined): string[] =>
    listOf(list).map((item) => goText(mapOf(item)['source']));
  const named = (service: JsonMap): Json[] =>
    listOf(service['volumes']).filter((item) => mapOf(item)['type'] === 'volume');
  return {
    networks: new Set(all.flatMap((service) => Object.keys(mapOf(service['networks'])))),
    volumes: new Set(all.flatMap((service) => sources(named(service))).filter((name) => name !== '')),
    secrets: new Set(
      all.flatMap((service) => [
        ...sources(service['secrets']),
        ...sources(mapOf(service['build'])['secrets']),
      ]),
    ),
    configs: new Set(all.flatMap((service) => sources(service['configs']))),
  };
}
