import { inspectNotUnderstood } from '../../errors/deployment-errors.ts';
import { asMap, asText, isMap, parseTexts, type YamlMap } from '../compose/values.ts';
import { withoutUndefined } from '../compose/service.ts';
import { presetOf, type ComposeContext } from '../compose/read-compose.ts';
import type { Deployment, Network, Service } from '../deployment.ts';
import { addHostPaths } from '../host-paths.ts';
import { detectRole } from '../role.ts';
import { readContainerMounts, readContainerPorts } from './attachments.ts';

const unlimited = 0;
const nanosecondsPerSecond = 1e9;
/** What the engine waits before it kills, when the container was made without a time of its own. */
const engineStopSeconds = 10;

/**
 * Reads what the engine says of containers and networks: the outputs of `docker inspect` and `docker network inspect`,
 * parsed. Engine 20.10 and newer.
 * @throws AppError `inspect-not-understood`
 */
export function deploymentFromInspect(
  containers: readonly unknown[],
  networks: readonly unknown[],
  context: ComposeContext = {},
): Deployment {
  const services = containers.map(readContainer);
  addHostPaths(services);
  const deployment: Deployment = {
    evidence: 'effective',
    services,
    networks: networks.map(readNetwork),
    ...context,
  };
  const preset = context.preset ?? presetOf(services);
  return preset ? { ...deployment, preset } : deployment;
}

function readContainer(container: unknown): Service {
  if (!isMap(container)) throw inspectNotUnderstood('a container is not a JSON object.');
  const config = asMap(container['Config']);
  const host = asMap(container['HostConfig']);
  if (!isMap(container['HostConfig']) || !isMap(container['Config']))
    throw inspectNotUnderstood('a container has no HostConfig or no Config.');
  const labels = textMap(config['Labels']);
  const name = labels['com.docker.compose.service'] ?? (asText(container['Name']) ?? '').replace(/^\//, '');
  const fields = {
    ...readProcess(container, config),
    labels,
    ...readIsolation(host),
    ...readOperation(container, config, host),
  };
  const { role, reason } = detectRole({ name, ...fields });
  return { name, role, roleReason: reason, ...fields };
}

type Fields = Omit<Service, 'name' | 'role' | 'roleReason'>;

function readProcess(container: YamlMap, config: YamlMap): Fields {
  const reference = asText(config['Image']) ?? '';
  const id = asText(container['Image']);
  const hostname = asText(config['Hostname']) ?? '';
  const isRandom = (asText(container['Id']) ?? '').startsWith(hostname);
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1];
  const pairs = (parseTexts(config['Env']) ?? []).map((text): [string, string] => {
    const separator = text.indexOf('=');
    return separator < 0 ? [text, ''] : [text.slice(0, separator), text.slice(separator + 1)];
  });
  return withoutUndefined<Fields>({
    image: { reference, ...(digest === undefined ? {} : { digest }), ...(id === undefined ? {} : { id }) },
    hostname: isRandom ? '' : hostname,
    // Image and command line are merged here: an empty user is root.
    user: asText(config['User']) || 'root',
    command: parseTexts(config['Cmd']),
    entrypoint: parseTexts(config['Entrypoint']),
    environment: Object.fromEntries(pairs),
    environmentFromHost: [],
  });
}

function readIsolation(host: YamlMap): Fields {
  return {
    readOnlyRoot: host['ReadonlyRootfs'] === true,
    privileged: host['Privileged'] === true,
    init: host['Init'] === true,
    capDrop: parseTexts(host['CapDrop']) ?? [],
    capAdd: parseTexts(host['CapAdd']) ?? [],
    securityOptions: readSecurityOptions(host),
    groupAdd: parseTexts(host['GroupAdd']) ?? [],
    devices: readDevices(host),
    ...readRuntime(host),
    ...readNamespaces(host),
  };
}

/** Only one that somebody chose: the engine always tells a name. */
function readRuntime(host: YamlMap): Fields {
  const runtime = asText(host['Runtime']) ?? '';
  return /^(?:|runc|io\.containerd\.runc\.v\d)$/.test(runtime) ? {} : { runtime };
}

/** `systempaths=unconfined` is not kept as an option: it shows as an empty list of masked paths. */
function readSecurityOptions(host: YamlMap): string[] {
  const options = parseTexts(host['SecurityOpt']) ?? [];
  const masked = host['MaskedPaths'];
  const isUnmasked = host['Privileged'] !== true && Array.isArray(masked) && masked.length === 0;
  return isUnmasked ? [...options, 'systempaths=unconfined'] : options;
}

function readDevices(host: YamlMap): string[] {
  const devices = Array.isArray(host['Devices'])
    ? host['Devices'].map((device) => asText(asMap(device)['PathOnHost']) ?? 'device')
    : [];
  const requests = Array.isArray(host['DeviceRequests'])
    ? host['DeviceRequests'].map((request) => asText(asMap(request)['Driver']) || 'device request')
    : [];
  return [...devices, ...requests, ...(parseTexts(host['DeviceCgroupRules']) ?? [])];
}

function readNamespaces(host: YamlMap): Fields {
  const mode = (key: string): string => asText(host[key]) ?? '';
  const networkMode = mode('NetworkMode');
  return {
    // The names of networks stand here too; they are attachments, not modes.
    networkMode: /^(?:host|none|bridge|container:.*)$/.test(networkMode) ? networkMode : '',
    pidMode: mode('PidMode'),
    ipcMode: mode('IpcMode').replace(/^private$/, ''),
    utsMode: mode('UTSMode'),
    usernsMode: mode('UsernsMode'),
  };
}

function readOperation(container: YamlMap, config: YamlMap, host: YamlMap): Fields {
  const state = asMap(container['State']);
  const logConfig = asMap(host['LogConfig']);
  const logOptions = asMap(logConfig['Config']);
  const health = asText(asMap(state['Health'])['Status']);
  return withoutUndefined<Fields>({
    mounts: readContainerMounts(container, host),
    ports: readContainerPorts(container, host),
    networks: readAttachments(container),
    limits: readLimits(host),
    logging: withoutUndefined({
      driver: asText(logConfig['Type']),
      maxSize: asText(logOptions['max-size']),
      maxFile: asText(logOptions['max-file']),
    }),
    restart: readRestart(asMap(host['RestartPolicy'])),
    stopGraceSeconds: typeof config['StopTimeout'] === 'number' ? config['StopTimeout'] : engineStopSeconds,
    healthcheck: readHealthcheck(config['Healthcheck']),
    state: {
      status: asText(state['Status']) ?? 'unknown',
      ...(health === undefined ? {} : { health }),
      oomKilled: state['OOMKilled'] === true,
      restartCount: Number(container['RestartCount'] ?? 0),
    },
  });
}

function readAttachments(container: YamlMap): NonNullable<Service['networks']> {
  const entries = Object.entries(asMap(asMap(container['NetworkSettings'])['Networks']));
  return Object.fromEntries(
    entries
      .filter(([name]) => name !== 'host' && name !== 'none')
      .map(([name, value]) => {
        const fixed = asText(asMap(asMap(value)['IPAMConfig'])['IPv4Address']);
        const address = fixed || asText(asMap(value)['IPAddress']);
        return [name, address ? { address } : {}];
      }),
  );
}

function readLimits(host: YamlMap): NonNullable<Service['limits']> {
  const ulimits = Array.isArray(host['Ulimits']) ? host['Ulimits'] : [];
  const openFiles = ulimits.map(asMap).find((limit) => limit['Name'] === 'nofile')?.['Hard'];
  const quota = positive(host['CpuQuota']);
  const cpus =
    positive(host['NanoCpus']) ??
    (quota === undefined ? undefined : (quota / (positive(host['CpuPeriod']) ?? 100_000)) * 1e9);
  return withoutUndefined<NonNullable<Service['limits']>>({
    memoryBytes: positive(host['Memory']),
    memorySwapBytes: host['MemorySwap'] === -1 ? -1 : positive(host['MemorySwap']),
    cpus: cpus === undefined ? undefined : cpus / 1e9,
    pids: positive(host['PidsLimit']),
    openFiles: positive(openFiles),
  });
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > unlimited ? value : undefined;
}

function readRestart(policy: YamlMap): string {
  const name = asText(policy['Name']) || 'no';
  const retries = policy['MaximumRetryCount'];
  return name === 'on-failure' && typeof retries === 'number' && retries > 0 ? `${name}:${retries}` : name;
}

function readHealthcheck(value: unknown): NonNullable<Service['healthcheck']> | null {
  if (!isMap(value)) return null;
  const test = parseTexts(value['Test']) ?? [];
  return withoutUndefined<NonNullable<Service['healthcheck']>>({
    test,
    disabled: test[0] === 'NONE',
    intervalSeconds: seconds(value['Interval']),
    timeoutSeconds: seconds(value['Timeout']),
    retries: positive(value['Retries']),
  });
}

function seconds(value: unknown): number | undefined {
  const nanoseconds = positive(value);
  return nanoseconds === undefined ? undefined : nanoseconds / nanosecondsPerSecond;
}

function textMap(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(asMap(value)).map(([key, entry]) => [key, asText(entry) ?? '']));
}

function readNetwork(network: unknown): Network {
  if (!isMap(network)) throw inspectNotUnderstood('a network is not a JSON object.');
  const ipam = asMap(network['IPAM'])['Config'];
  const subnets = Array.isArray(ipam)
    ? ipam.map((entry) => asText(asMap(entry)['Subnet'])).filter((subnet) => subnet !== undefined)
    : [];
  return {
    name: asText(network['Name']) ?? '',
    internal: network['Internal'] === true,
    driver: asText(network['Driver']) ?? 'bridge',
    subnets,
  };
}
