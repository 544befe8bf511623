import type { PublishedPort } from '../deployment.ts';
import { asText, hasVariable, isMap, type YamlMap } from './values.ts';

const shortPattern = /^(?:(?:\[([0-9a-fA-F:.%]+)\]|([^:[\]]*|[0-9a-fA-F:]+)):)?(?:(\d+(?:-\d+)?)?:)?(\d+(?:-\d+)?)(?:\/(tcp|udp|sctp))?$/;

/**
 * The `ports` of a service in both syntaxes, with ranges spread out.
 * @returns undefined when one of them cannot be understood: half a list would hide the other half.
 */
export function parsePorts(value: unknown): PublishedPort[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const lists = value.map((entry) => (isMap(entry) ? parseLong(entry) : parseShort(asText(entry))));
  return lists.every((list) => list !== undefined) ? lists.flat() : undefined;
}

function parseShort(text: string | undefined): PublishedPort[] | undefined {
  if (text === undefined || hasVariable(text)) return undefined;
  const match = shortPattern.exec(text.trim());
  if (!match) return undefined;
  const [, bracketed, plain, hostRange, containerRange, protocol] = match;
  // "8080:80" has no address: what the pattern took for one is the host port.
  const isPort = hostRange === undefined && plain !== undefined && /^\d+(?:-\d+)?$/.test(plain);
  const address = isPort ? undefined : (bracketed ?? plain);
  return spread(address, isPort ? plain : hostRange, containerRange, protocol);
}

function parseLong(entry: YamlMap): PublishedPort[] | undefined {
  const target = asText(entry['target']);
  const published = asText(entry['published']);
  const address = asText(entry['host_ip']);
  if ([target, published, address].some((text) => text !== undefined && hasVariable(text))) return undefined;
  return spread(address, published, target, asText(entry['protocol']));
}

function spread(address: string | undefined, host: string | undefined, container: string | undefined, protocol: string | undefined): PublishedPort[] | undefined {
  const containerPorts = parseRange(container);
  const hostPorts = host === undefined || host === '' ? [] : parseRange(host);
  if (!containerPorts || !hostPorts) return undefined;
  const oneToOne = hostPorts.length === containerPorts.length;
  return containerPorts.map((containerPort, index) => {
    const port: PublishedPort = { containerPort, protocol: protocol === 'udp' ? 'udp' : 'tcp' };
    if (address !== undefined && address !== '') port.hostAddress = address;
    const hostPort = oneToOne ? hostPorts[index] : hostPorts[0];
    if (hostPort !== undefined) port.hostPort = hostPort;
    return port;
  });
}

function parseRange(text: string | undefined): number[] | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text ?? '');
  if (!match) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  if (last < first || last > 65_535) return undefined;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
