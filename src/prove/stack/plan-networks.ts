import { choosePassingSubnet, isFree } from '../../engine/free-subnet.ts';
import type { LabNetwork } from '../lab.ts';
import type { TwinNetwork, TwinSpec } from '../proof-target.ts';
import { blockOf, highestPlace } from './translate-addresses.ts';

/** Options that name one thing of the host, of which there cannot be two. */
const OF_ONE_BRIDGE = /^com\.docker\.network\.(?:bridge\.(?:name|default_bridge)|container_iface_prefix)$/;

/** Last place in the /28 that a lab hands out; the one behind it is for broadcasts. */
const LAST_OF_SMALL = 14;
const LAST_OF_WIDE = 100;

/** A network that the twin needs in the place of one of the target's. */
export interface NetworkPlan {
  original: string;
  wasInternal: boolean;
  subnet?: string;
  hostAddress?: string;
  /** What the lab is asked for. Always internal: no twin has a way out. */
  make: LabNetwork;
}

/** Names of networks that containers of the deployment have joined. */
export function joinedNetworks({ gateway, sidecars }: Pick<TwinSpec, 'gateway' | 'sidecars'>): string[] {
  return [
    ...new Set(
      [gateway, ...sidecars.map(({ spec }) => spec)].flatMap(({ networks }) => Object.keys(networks)),
    ),
  ];
}

export interface NetworkNeeds {
  /** Everything in which addresses of the target's networks are written. */
  texts: readonly string[];
  /** Callers come with addresses of their own. */
  isWide: boolean;
}

export function planNetwork(
  name: string,
  network: TwinNetwork | undefined,
  needs: NetworkNeeds,
): NetworkPlan {
  const options = Object.fromEntries(
    Object.entries(network?.driver === 'bridge' ? network.options : {}).filter(
      ([key]) => !OF_ONE_BRIDGE.test(key),
    ),
  );
  const wanted = roomyBlock(network?.subnet, needs);
  return {
    original: name,
    wasInternal: network?.internal ?? false,
    ...(network?.subnet === undefined ? {} : { subnet: network.subnet }),
    ...(network?.hostAddress === undefined ? {} : { hostAddress: network.hostAddress }),
    make: {
      internal: true,
      options,
      ...(wanted === undefined
        ? {}
        : { choose: (taken) => freeLike(wanted, taken) ?? choosePassingSubnet(taken) }),
    },
  };
}

/** A block as large as is needed; undefined = the small one that a lab gives is enough. */
function roomyBlock(subnet: string | undefined, { texts, isWide }: NetworkNeeds): string | undefined {
  const highest = subnet === undefined ? 0 : highestPlace(texts, subnet);
  if (subnet !== undefined && highest > LAST_OF_WIDE) return subnet;
  return isWide || highest >= LAST_OF_SMALL ? wideLike(subnet) : undefined;
}

/** A block of 256 addresses that begins as this one does. */
function wideLike(subnet = '172.16.0.0/16'): string {
  return subnet.replace(/\.\d+\/\d+$/, '.0/24');
}

/** A free block as large as this one, in the same private range where there is one. */
function freeLike(subnet: string, taken: readonly string[]): string | undefined {
  const size = blockOf(subnet)?.size;
  if (size === undefined) return undefined;
  const bits = 32 - Math.log2(size);
  const pools = subnet.startsWith('192.168.')
    ? ['192.168', '10.217']
    : subnet.startsWith('172.')
      ? ['172.31', '172.27', '10.217']
      : ['10.217', '10.218'];
  for (const pool of pools)
    // High ones: routers at home and clouds begin at the other end.
    for (let third = 255; third >= 0; third -= 1) {
      if (third % Math.max(1, size / 256) !== 0) continue;
      const candidate = `${pool}.${third}.0/${bits}`;
      if (isFree(candidate, taken)) return candidate;
    }
  return undefined;
}
