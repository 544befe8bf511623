import {
  DEFAULT_EGRESS_PORT,
  EGRESS_GROUP_NAMES,
  EGRESS_GROUPS,
  isEgressGroupName,
} from './egress-groups.ts';
import { HOST_PATTERN, parseHostName } from './host-name.ts';
import { parsed, refused, type Parsed } from './parsed.ts';
import type { EgressRule } from './policy.ts';
import { didYouMean } from '../documents/nearest-name.ts';

/** A host name with a dot, and optionally a port. For the JSON Schema; groups are listed beside it. */
export const EGRESS_HOST_PATTERN = `^(?=[^:]*\\.)${HOST_PATTERN}(?::[0-9]{1,5})?$`;

/** Reads one text entry of `egress.allow`: a group, "host" or "host:port". A word without a dot is a group. */
export function parseEgressEntry(text: string): Parsed<EgressRule[]> {
  if (isEgressGroupName(text)) return parsed(groupRules(EGRESS_GROUPS[text].hosts));
  if (/^[A-Za-z][A-Za-z0-9_-]*$/.test(text)) return refused(unknownGroup(text));
  const [, hostText = text, portText] = /^([^:]*):([^:/]*)$/.exec(text) ?? [];
  if (portText !== undefined && isEgressGroupName(hostText)) {
    return refused(
      'is a group with a port; groups have their own ports, write the host names to choose others',
    );
  }
  const host = parseHostName(hostText);
  if (!host.ok) return host;
  if (!host.value.includes('.'))
    return refused(
      `has no dot; write a name inside your own network as "host: ${host.value}" with ports below it`,
    );
  const port = portText === undefined ? DEFAULT_EGRESS_PORT : parsePort(portText);
  if (port === null) return refused('needs a port from 1 to 65535 after the colon');
  return parsed([{ host: host.value, ports: [port], privateAddresses: [] }]);
}

function groupRules(hosts: readonly string[]): EgressRule[] {
  return hosts.map((host) => ({ host, ports: [DEFAULT_EGRESS_PORT], privateAddresses: [] }));
}

function unknownGroup(word: string): string {
  const nearest = didYouMean(word, EGRESS_GROUP_NAMES);
  if (nearest) return `is no group of hosts${nearest}`;
  return (
    `is no group of hosts, and a host name has a dot; groups are ${EGRESS_GROUP_NAMES.join(', ')}. ` +
    `For a machine in your own network write "host: ${word}"`
  );
}

function parsePort(text: string): number | null {
  const port = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}
