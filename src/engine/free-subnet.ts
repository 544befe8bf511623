import ipaddr from 'ipaddr.js';

/** Private blocks that home routers, clouds and Docker itself rarely hand out; the cage gets a /28 in one of them. */
const CAGE_POOLS = ['172.30', '172.29', '10.213', '192.168'] as const;
/** For networks that are gone in a minute. Others than those of cages, so that a cage can come up in that minute. */
const PASSING_POOLS = ['172.31', '10.214', '10.215', '10.216'] as const;

/**
 * A free IPv4 /28 for the cage network, with the one behind it free for the front network. Deterministic: the same taken networks give the same answer.
 * @param taken CIDR blocks of the host's routes and of Docker's networks; unreadable ones are left out of account.
 */
export function chooseCageSubnet(taken: readonly string[]): string | null {
  // The front network takes the /28 behind it.
  return firstFree(CAGE_POOLS, 27, taken)?.replace('/27', '/28') ?? null;
}

/** A free IPv4 /28 for a network that is removed again soon. */
export function choosePassingSubnet(taken: readonly string[]): string | null {
  return firstFree(PASSING_POOLS, 28, taken);
}

function firstFree(pools: readonly string[], bits: number, taken: readonly string[]): string | null {
  for (const pool of pools) {
    for (let third = 224; third < 256; third += 1) {
      const candidate = `${pool}.${third}.0/${bits}`;
      if (isFree(candidate, taken)) return candidate;
    }
  }
  return null;
}

/** True when no block of `taken` overlaps the IPv4 block. */
export function isFree(block: string, taken: readonly string[]): boolean {
  const range = ipv4Range(block);
  const others = taken.map(ipv4Range);
  return (
    range !== null &&
    !others.some((other) => other !== null && other.first <= range.last && range.first <= other.last)
  );
}

interface Range {
  first: number;
  last: number;
}

function ipv4Range(cidr: string): Range | null {
  try {
    const [address, bits] = ipaddr.parseCIDR(cidr);
    // The default route covers everything and says nothing about what is in use.
    if (address.kind() !== 'ipv4' || bits === 0) return null;
    const [a = 0, b = 0, c = 0, d = 0] = address.toByteArray();
    const size = 2 ** (32 - bits);
    const first = Math.floor((((a * 256 + b) * 256 + c) * 256 + d) / size) * size;
    return { first, last: first + size - 1 };
  } catch {
    return null;
  }
}

/** CIDR blocks of /proc/net/route (addresses there are little-endian hex). */
export function routesFromProc(text: string): string[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, destination, , , , , , mask] = line.trim().split(/\s+/);
      if (destination === undefined || mask === undefined || !/^[0-9A-Fa-f]{8}$/.test(destination)) return [];
      const bits = [...Number.parseInt(mask, 16).toString(2)].filter((bit) => bit === '1').length;
      const bytes = destination.match(/../g)?.toReversed() ?? [];
      return [`${bytes.map((byte) => Number.parseInt(byte, 16)).join('.')}/${bits}`];
    });
}
