import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** A port that something on this host listens on. */
export interface Listener {
  protocol: 'tcp' | 'udp';
  /** Address it is bound to; "0.0.0.0" and "::" are all of a family. */
  address: string;
  port: number;
}

export interface OwnNetwork {
  interfaces: { name: string; address: string; family: 4 | 6; prefix: number; scope?: number }[];
  /** Where packets for elsewhere go, from the kernel's table; empty = nowhere. */
  defaultRoutes: string[];
  listeners: Listener[];
}

const LISTEN = '0A';
const LINK_SCOPE = '20';

/** What the kernel says of the network namespace that this runs in. Sends nothing. */
export async function ownNetwork(): Promise<OwnNetwork> {
  const interfaces = Object.entries(networkInterfaces()).flatMap(([name, entries]) =>
    (entries ?? []).map((entry) => ({
      name,
      address: entry.address,
      family: entry.family === 'IPv6' ? (6 as const) : (4 as const),
      prefix: Number(entry.cidr?.split('/')[1] ?? 0),
      ...('scopeid' in entry && entry.scopeid !== 0 ? { scope: entry.scopeid } : {}),
    })),
  );
  return { interfaces, defaultRoutes: defaultRoutes(), listeners: listeners() };
}

/** True when an interface has an IPv6 address of the link, also one that may not be used yet. */
export function hasLinkAddress(): boolean {
  try {
    const lines = readFileSync('/proc/net/if_inet6', 'utf8').trim().split('\n');
    return lines.some((line) => line.trim().split(/\s+/)[3] === LINK_SCOPE);
  } catch {
    return false;
  }
}

function defaultRoutes(): string[] {
  return rows('/proc/net/route')
    .filter(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000')
    .map(([name = '', , gateway = '']) => `${addressOf(gateway)} dev ${name}`);
}

function listeners(): Listener[] {
  const found = (['tcp', 'tcp6', 'udp', 'udp6'] as const).flatMap((table) =>
    rows(`/proc/net/${table}`).flatMap(([, local = '', remote = '', state]): Listener[] => {
      const isListening = table.startsWith('tcp') ? state === LISTEN : /^0+:0000$/.test(remote);
      const [address = '', port = ''] = local.split(':');
      if (!isListening) return [];
      const protocol = table.startsWith('tcp') ? 'tcp' : 'udp';
      return [{ protocol, address: addressOf(address), port: Number.parseInt(port, 16) }];
    }),
  );
  const unique = new Map(found.map((each) => [`${each.protocol} ${each.address} ${each.port}`, each]));
  return [...unique.values()];
}

/** Rows of a table of the kernel, without its headline; none where there is no such table. */
function rows(path: string): string[][] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  const lines = text
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '');
  return lines.map((line) => line.trim().split(/\s+/));
}

/** An address as the kernel's tables write it: words of 32 bits in the order of the processor, which is little-endian. */
export function addressOf(hex: string): string {
  const words = hex.toLowerCase().match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).toReversed());
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
  const groups = Array.from({ length: bytes.length / 2 }, (_, at) => `${bytes[at * 2]}${bytes[at * 2 + 1]}`);
  if (groups.every((group) => group === '0000')) return '::';
  if (groups.slice(0, 5).every((group) => group === '0000') && groups[5] === 'ffff')
    return bytes
      .slice(12)
      .map((byte) => Number.parseInt(byte, 16))
      .join('.');
  return groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':');
}
