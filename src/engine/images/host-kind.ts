/** Where a host is, as far as its name tells. */
export type HostKind = 'loopback' | 'private' | 'public';

/** First addresses and lengths of what is in no public network (IANA's special-purpose registry of IPv4). */
const PRIVATE_IPV4: readonly (readonly [start: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
];

/**
 * Tells hosts of this machine, of local networks and of cloud metadata from all others, however their addresses are spelled
 * (`0x7f.1`, `[::ffff:10.0.0.1]`). Other names are not looked up.
 * @param host with or without a port
 */
export function hostKind(host: string): HostKind {
  if (!URL.canParse(`http://${host}/`)) return 'private';
  const name = new URL(`http://${host}/`).hostname.replace(/\.$/, '');
  if (name === 'localhost' || name.endsWith('.localhost')) return 'loopback';
  if (name.startsWith('[')) return kindOfIpv6(name.slice(1, -1));
  if (/^\d+(?:\.\d+){3}$/.test(name)) return kindOfIpv4(numberOf(name));
  return name === 'metadata' || name.startsWith('metadata.') ? 'private' : 'public';
}

function kindOfIpv4(address: number): HostKind {
  if (Math.floor(address / 2 ** 24) === 127) return 'loopback';
  const isPrivate = PRIVATE_IPV4.some(([start, bits]) => {
    const size = 2 ** (32 - bits);
    return Math.floor(address / size) === Math.floor(numberOf(start) / size);
  });
  return isPrivate ? 'private' : 'public';
}

/** Only global unicast addresses are public, and those that stand for an IPv4 address are what that one is. */
function kindOfIpv6(address: string): HostKind {
  if (address === '::1') return 'loopback';
  const mapped = /^(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (mapped) return kindOfIpv4(parseInt(mapped[1] ?? '', 16) * 2 ** 16 + parseInt(mapped[2] ?? '', 16));
  // 2002::/16 stands for IPv4 networks, too, and nobody has a registry there.
  return /^[23][0-9a-f]{3}:/.test(address) && !address.startsWith('2002:') ? 'public' : 'private';
}

function numberOf(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}
