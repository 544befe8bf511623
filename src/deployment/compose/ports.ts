import { hasUnknownVariable } from '../../documents/unknown-variable.ts';
import type { PublishedPort } from '../deployment.ts';
import { asText, isMap, variablesIn, type YamlMap } from './values.ts';

const addressPattern = /^(?:\[[0-9a-fA-F:.]+\]|[0-9a-fA-F:.]*)$/;

/** More than a host has. */
const MAX_PORTS = 200_000;

/** An entry of a list that depends on variables that are set nowhere. */
export interface UnknownEntry {
  index: number;
  variables: string[];
}

export interface ReadPorts {
  ports: PublishedPort[];
  /** Entries of which not even the address is known. */
  unknown: UnknownEntry[];
}

/**
 * The `ports` of a service in both syntaxes, with ranges spread out. A port whose number on the host depends on an unset
 * variable is kept without it as long as its address is known.
 * @returns undefined when one of them cannot be understood: half a list would hide the other half.
 */
export function parsePorts(value: unknown): ReadPorts | undefined {
  const read: ReadPorts = { ports: [], unknown: [] };
  if (value === undefined || value === null) return read;
  if (!Array.isArray(value)) return undefined;
  for (const [index, entry] of value.entries()) {
    const ports = isMap(entry) ? parseLong(entry) : parseShort(asText(entry));
    const variables = ports ? [] : variablesIn(entry);
    if (ports) for (const port of ports) read.ports.push({ ...port, entry: index });
    else if (variables.length > 0) read.unknown.push({ index, variables });
    else return undefined;
    if (read.ports.length > MAX_PORTS) return undefined;
  }
  return read;
}

/** [[ADDRESS:]HOST:]CONTAINER[/PROTOCOL], read from the right: an IPv6 address may stand without brackets. */
function parseShort(text: string | undefined): PublishedPort[] | undefined {
  const [ports = '', protocol, ...rest] = (text ?? '').trim().split('/');
  if (text === undefined || rest.length > 0) return undefined;
  const [before, container] = splitAtLastColon(ports);
  if (before === undefined) return spread({ container, protocol });
  const [address, host] = splitAtLastColon(before);
  // What stands for one variable may be an address and a port together.
  if (address === undefined)
    return hasUnknownVariable(host) ? undefined : spread({ host, container, protocol });
  return addressPattern.test(address)
    ? spread({ address: address.replace(/^\[|\]$/g, ''), host, container, protocol })
    : undefined;
}

function splitAtLastColon(text: string): [before: string | undefined, after: string] {
  const colon = text.lastIndexOf(':');
  return colon < 0 ? [undefined, text] : [text.slice(0, colon), text.slice(colon + 1)];
}

function parseLong(entry: YamlMap): PublishedPort[] | undefined {
  const address = asText(entry['host_ip']);
  if (address !== undefined && hasUnknownVariable(address)) return undefined;
  const ports = spread({
    address,
    host: asText(entry['published']),
    container: asText(entry['target']),
    protocol: asText(entry['protocol']),
  });
  // What Compose prints when nobody asked for a mode.
  const mode = asText(entry['mode']) ?? 'ingress';
  return mode === 'ingress' ? ports : ports?.map((port) => ({ ...port, mode }));
}

interface PortParts {
  address?: string | undefined;
  host?: string | undefined;
  container: string | undefined;
  protocol: string | undefined;
}

function spread({ address, host, container, protocol }: PortParts): PublishedPort[] | undefined {
  const containerPorts = parseRange(container);
  const isAnyHostPort = host === undefined || host === '' || hasUnknownVariable(host);
  const hostPorts = isAnyHostPort ? [] : parseRange(host);
  if (!containerPorts || !hostPorts || hasUnknownVariable(protocol ?? '')) return undefined;
  const oneToOne = hostPorts.length === containerPorts.length;
  return containerPorts.map((containerPort, index) => {
    const port: PublishedPort = {
      containerPort,
      protocol: protocol?.toLowerCase() === 'udp' ? 'udp' : 'tcp',
    };
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
