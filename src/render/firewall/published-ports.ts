import { parse } from 'yaml';

/** A port that the host answers on for a container. */
export interface PublishedPort {
  protocol: 'tcp' | 'udp';
  /** Port of the host. */
  port: number;
}

/**
 * What a rendered compose file publishes on more than this host's own 127.0.0.1: the ports that are meant to be reached.
 * Reads the short form, the only one that is rendered: "127.0.0.1:18789:8080", "443:8443", "0.0.0.0:443:8443/udp".
 */
export function exposedPorts(composeText: string): PublishedPort[] {
  const document = parse(composeText) as { services?: Record<string, { ports?: unknown[] }> } | null;
  const found = Object.values(document?.services ?? {})
    .flatMap(({ ports = [] }) => ports)
    .flatMap((entry) => (typeof entry === 'string' ? readPort(entry) : []));
  const byKey = new Map(found.map((port) => [`${port.port}/${port.protocol}`, port]));
  return [...byKey.values()].toSorted((a, b) => a.port - b.port || a.protocol.localeCompare(b.protocol));
}

const SHORT = /^(?:(?<address>\[[^\]]*\]|[^:]+):)?(?<port>\d+):\d+(?:\/(?<protocol>tcp|udp))?$/;

function readPort(text: string): PublishedPort[] {
  const { address = '', port, protocol } = SHORT.exec(text)?.groups ?? {};
  if (port === undefined || /^(127\.|\[::1\]|localhost$)/.test(address)) return [];
  return [{ port: Number(port), protocol: protocol === 'udp' ? 'udp' : 'tcp' }];
}
