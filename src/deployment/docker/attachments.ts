import { asMap, asText, type YamlMap } from '../compose/values.ts';
import { tmpfsMount } from '../compose/mounts.ts';
import type { Mount, PublishedPort } from '../deployment.ts';

/** Binds, volumes and tmpfs of a container. tmpfs made with `--tmpfs` stands apart from the rest in the engine's answer. */
export function readContainerMounts(container: YamlMap, host: YamlMap): Mount[] {
  const mounts = Array.isArray(container['Mounts']) ? container['Mounts'].map(readMount) : [];
  const tmpfs = Object.entries(asMap(host['Tmpfs'])).map(([target, options]) =>
    tmpfsMount(
      target,
      (asText(options) ?? '').split(',').filter((option) => option !== ''),
    ),
  );
  const targets = new Set(tmpfs.map((mount) => mount.target));
  return [...mounts.filter((mount) => !targets.has(mount.target)), ...tmpfs];
}

function readMount(value: unknown): Mount {
  const entry = asMap(value);
  const kind = asText(entry['Type']);
  const target = asText(entry['Destination']) ?? '';
  const readOnly = entry['RW'] === false;
  if (kind === 'tmpfs') return tmpfsMount(target, readOnly ? ['ro'] : []);
  const isVolume = kind === 'volume';
  const source = asText(isVolume ? entry['Name'] : entry['Source']);
  const propagation = asText(entry['Propagation']);
  const mount: Mount = { kind: isVolume ? 'volume' : 'bind', target, readOnly };
  if (source !== undefined) mount.source = source;
  const driver = isVolume ? foreignDriver(entry) : undefined;
  if (driver !== undefined) mount.unseen = `${source ?? target} is a volume of the driver ${driver}`;
  if (propagation) mount.options = [propagation];
  return mount;
}

function foreignDriver(entry: YamlMap): string | undefined {
  const driver = asText(entry['Driver']);
  return driver === '' || driver === 'local' ? undefined : driver;
}

/** Ports as they are bound now, or as they will be at the next start when the container does not run. */
export function readContainerPorts(container: YamlMap, host: YamlMap): PublishedPort[] {
  const isRunning = asMap(container['State'])['Running'] === true;
  const bindings = isRunning
    ? asMap(asMap(container['NetworkSettings'])['Ports'])
    : asMap(host['PortBindings']);
  return Object.entries(bindings).flatMap(([key, value]) => {
    const [port, protocol] = key.split('/');
    return (Array.isArray(value) ? value : []).map((binding): PublishedPort => {
      const address = asText(asMap(binding)['HostIp']);
      const hostPort = Number(asText(asMap(binding)['HostPort']) || Number.NaN);
      const published: PublishedPort = {
        containerPort: Number(port),
        protocol: protocol === 'udp' ? 'udp' : 'tcp',
      };
      if (address) published.hostAddress = address;
      if (Number.isInteger(hostPort)) published.hostPort = hostPort;
      return published;
    });
  });
}
