import type { Probe, Seen } from '../../probe.ts';

/** What cannot be had here, and why. */
export interface Absent {
  absent: string;
}

/** What the network ring knows before anything is tried. */
export interface NetworkFacts {
  /** Eight hexadecimal digits, of this run of the ring. */
  run: string;
  canary: CanaryFacts | Absent;
  host: HostFacts | Absent;
  /** A container of ours on a network that is not the deployment's. Contained = nothing that it sends leaves this host. */
  other: { address: string; port: number; hostAddress: string; isContained: boolean };
  /** The container in the gateway's place. */
  cell: CellFacts | Absent;
  published: PublishedFacts | Absent;
  egress: EgressFacts | Absent;
  ingress: IngressFacts | Absent;
  /** Path of the program that makes system calls; where there is none for the processor. */
  syscall: string | Absent;
}

export interface CanaryFacts {
  v4: string;
  v6: string;
  control: number;
  /** What an ordinary container reached of it. */
  proved: { tcp: boolean; udp: boolean; dns: boolean };
}

export interface HostFacts {
  /** Ports of a listener of ours on every address of the host. */
  tcp: number;
  udp: number;
  control: number;
  /** Addresses of the host beside loopback. */
  v4: string[];
  v6: string[];
  /** Addresses that the host has on the bridges of the gateway's networks by itself (IPv6 link-local). */
  linkLocal: string[];
  /** What else listens beyond the loopback address. */
  listeners: { protocol: 'tcp' | 'udp'; address: string; port: number }[];
}

export interface CellFacts {
  /** Empty for a container without a network of its own. */
  addresses: string[];
  /** Port on which it listens in the gateway's place. */
  port: number;
  /** True when it is in the network namespace of the host. */
  isHost: boolean;
  /** True when what it sends to metadata and private addresses ends at the canary. */
  isDiverted: boolean;
  /** A name server in the target's own networks, which nobody asks: it may ask others. */
  ownResolver?: string;
  networks: CellNetwork[];
}

export interface CellNetwork {
  name: string;
  /** Containers on it that are none of the deployment's. */
  neighbours: string[];
  /** Any container may join: the engine's default bridge. */
  isCommon: boolean;
  /** Address of a container of ours that stands in for the neighbours; absent where there can be none. */
  standIn?: string;
}

export interface PublishedFacts {
  /** As the engine published them, at other ports than the deployment's. */
  ports: { hostAddress: string; hostPort: number; containerPort: number; service: string }[];
  /** Addresses of the container behind them. */
  addresses: string[];
}

/** A clone of the ingress with no gateway behind it. */
export interface IngressFacts {
  /** Its own address and port. */
  address: string;
  port: number;
  /** Where it is published on the loopback address of the host. */
  hostPort: number;
}

export interface EgressFacts {
  /** Address and port of the proxy for containers beside it. */
  host: string;
  port: number;
  /** Names that its rules allow, with what the canary says of them. */
  names: EgressNames;
  /** Addresses of other containers in the cage. */
  insiders: string[];
}

export interface EgressName {
  name: string;
  /** Allowed ports, the one to use first. */
  ports: number[];
}

/** Each name leads to another place; absent when the rules allow too few names. */
export interface EgressNames {
  open?: EgressName;
  privately?: EgressName;
  metadata?: EgressName;
  mixed?: EgressName;
  rebinding?: EgressName;
}

/** What has to be started for a probe. */
export type Part = 'cell' | 'published' | 'egress' | 'ingress';

export interface NetworkProbe extends Probe<NetworkFacts> {
  ring: 'network';
  needs: readonly Part[];
}

export function isAbsent(part: object | string): part is Absent {
  return typeof part === 'object' && 'absent' in part;
}

/** The word that what this probe sends carries; see `markerIn` of the payload. */
export function markerOf({ run }: Pick<NetworkFacts, 'run'>, probe: string): string {
  let hash = 0x811c9dc5;
  for (const character of probe) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return `cp-${run}${(hash >>> 0).toString(16).padStart(8, '0')}`;
}

/** Result of an attempt; the reason why there is none. */
export function resultOf<T>(seen: Seen, id: string): { value: T } | { unclear: string } {
  const observation = seen.get(id);
  if (observation === undefined) return { unclear: `${id} came to no end` };
  if ('error' in observation) return { unclear: `${id} could not be tried: ${observation.error}` };
  return { value: observation.result as T };
}
