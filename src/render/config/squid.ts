import type { EgressRule, Policy } from '../../policy/policy.ts';
import { EGRESS_PORT } from '../layout.ts';

/**
 * Addresses that no name may lead to: the special-purpose registries of RFC 6890 and its successors. IPv4-mapped
 * addresses are not listed: Squid keeps every IPv4 address in that form, so the block would refuse all of IPv4.
 */
const REFUSED_AFTER_RESOLUTION = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '::1/128',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/32',
  '2001:2::/48',
  '2001:20::/28',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

/** Cloud metadata services: refused even where a rule allows the private block that they are in. */
const METADATA = [
  '169.254.0.0/16',
  '100.100.100.200/32',
  'fd00:ec2::254/128',
  'fd20:ce::254/128',
  '168.63.129.16/32',
  '127.0.0.0/8',
  '::1/128',
];

const BASE = `# Written by clawproof; the list of allowed names is egress.allow in clawproof.yaml.
http_port ${EGRESS_PORT}
visible_hostname egress
pid_filename none
pinger_enable off
cache deny all
cache_mem 4 MB
memory_pools off
max_filedescriptors 8192
coredump_dir /tmp
shutdown_lifetime 1 second
via off
forwarded_for delete
httpd_suppress_version_string on
# An answer is kept at least this long, so that a name checked is the address connected to (DNS rebinding).
negative_dns_ttl 60 seconds
positive_dns_ttl 10 minutes
dns_timeout 10 seconds
connect_timeout 15 seconds
cache_log /dev/stderr
cache_store_log none
logfile_rotate 0
logformat clawproof %{%Y-%m-%dT%H:%M:%S}tg %>a %Ss/%03>Hs %rm %>rd:%>rP
# Its own health check is not worth a line.
acl self src 127.0.0.1
access_log stdio:/dev/stdout clawproof !self

acl CONNECT method CONNECT
acl plain port 80
acl http proto HTTP
http_access deny manager
`;

/** squid.conf: default deny, allow by name and port, refuse private addresses after resolution (rows N1–N4). */
export function renderSquidConfig(policy: Policy): string {
  if (policy.egress.allow.length === 0) return `${BASE}http_access deny all\n`;
  const groups = groupRules(policy.egress.allow);
  const withPrivate = groups.filter((group) => group.privateAddresses.length > 0);
  const lines = [
    // Names first: a name that is not allowed is refused without being looked up, so no data leaves in a DNS query.
    `acl named dstdomain -n ${withoutCovered(policy.egress.allow.map((rule) => rule.host)).join(' ')}`,
    'http_access deny !named',
    `acl metadata dst ${METADATA.join(' ')}`,
    'http_access deny metadata',
    `acl refused dst ${REFUSED_AFTER_RESOLUTION.join(' ')}`,
    ...groups.flatMap((group, index) => aclLines(group, index)),
    ...withPrivate.flatMap((group) => accessLines(group, groups.indexOf(group), true)),
    'http_access deny refused',
    ...groups.flatMap((group, index) => accessLines(group, index, false)),
    'http_access deny all',
  ];
  return `${BASE}${lines.join('\n')}\n`;
}

interface RuleGroup {
  hosts: string[];
  ports: number[];
  privateAddresses: string[];
}

/** Rules with the same ports and private blocks share their ACLs. */
function groupRules(rules: readonly EgressRule[]): RuleGroup[] {
  const groups = new Map<string, RuleGroup>();
  for (const { host, ports, privateAddresses } of rules) {
    const key = JSON.stringify([ports, privateAddresses]);
    const group = groups.get(key) ?? { hosts: [], ports, privateAddresses };
    group.hosts.push(host);
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => ({ ...group, hosts: withoutCovered(group.hosts) }));
}

/** Squid refuses a list that names both ".example.com" and "api.example.com". */
export function withoutCovered(hosts: readonly string[]): string[] {
  const unique = [...new Set(hosts)].toSorted();
  const covers = (wide: string, host: string): boolean =>
    wide !== host && wide.startsWith('.') && (host === wide.slice(1) || host.endsWith(wide));
  return unique.filter((host) => !unique.some((wide) => covers(wide, host)));
}

function aclLines(group: RuleGroup, index: number): string[] {
  return [
    // -n: a request for an address is never turned into a name by a reverse lookup.
    `acl names${index} dstdomain -n ${group.hosts.join(' ')}`,
    `acl ports${index} port ${group.ports.join(' ')}`,
    ...(group.privateAddresses.length > 0
      ? [`acl private${index} dst ${group.privateAddresses.join(' ')}`]
      : []),
  ];
}

/** Port 80 may also be spoken in plain requests; every other port only as a tunnel. */
function accessLines(group: RuleGroup, index: number, toPrivate: boolean): string[] {
  const where = `names${index} ports${index}${toPrivate ? ` private${index}` : ''}`;
  const plain = group.ports.includes(80) ? [`http_access allow !CONNECT plain http ${where}`] : [];
  return [`http_access allow CONNECT ${where}`, ...plain];
}
