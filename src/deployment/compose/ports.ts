import type { PublishedPort } from '../deployment.ts';
import { asText, hasVariable, isMap, type YamlMap } from './values.ts';

const addressPattern = /^(?:\[[0-9a-fA-F:.]+\]|[0-9a-fA-F:.]+)$/;

/**
 * The `ports` of a service in both syntaxes, with ranges spread out.
 * @returns undefined when one of them cannot be understood: half a list would hide the other half.
 */
export function parsePorts(value: unknown): PublishedPort[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const lists = value.map((entry) => (isMap(entry) ? parseLong(entry) : parseShort(asText(entry))));
  if (!lists.every((list) => list !== undefined)) return undefined;
  return lists.flatMap((list, index) => list.map((port) => ({ ...port, entry: index })));
}

/** [[ADDRESS:]HOST:]CONTAINER[/PROTOCOL], read from the right: an IPv6 address may stand without brackets. */
function parseShort(text: string | undefined): PublishedPort[] | undefined {
  const [ports = '', protocol, ...rest] = (text ?? '').trim().split('/');
  if (text === undefined || rest.length > 0 || hasVariable(text)) return undefined;
  const [before, container] = splitAtLastColon(ports);
  if (before === undefined) return spread(undefined, undefined, container, protocol);
  const [address, host] = splitAtLastColon(before);
  if (address === undefined) return host === '' ? undefined : spread(undefined, host, container, protocol);
  return addressPattern.test(address)
    ? spread(address.replace(/^\[|\]$/g, ''), host, container, protocol)
    : undefined;
}

function splitAtLastColon(text: string): [before: string | undefined, after: string] {
  const colon = text.lastIndexOf(':');
  return colon < 0 ? [undefined, text] : [text.slice(0, colon), text.slice(colon + 1)];
}

function parseLong(entry: YamlMap): PublishedPort[] | undefined {
  const target = asText(entry['target']);
  const published = asText(entry['published']);
  const address = asText(entry['host_ip']);
  if ([target, published, address].some((text) => text !== undefined && hasVariable(text))) return undefined;
  return spread(address, published, target, asText(entry['protocol']));
}

function spread(
  address: string | undefined,
  host: string | undefined,
  container: string | undefined,
  protocol: string | undefined,
): PublishedPort[] | undefined {
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
